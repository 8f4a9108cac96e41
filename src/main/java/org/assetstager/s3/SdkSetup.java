package org.assetstager.s3;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileLocation;

/**
 * Explains what in this host's environment makes the AWS SDK fail: the SDK itself names a line
 * without its file, or a value without its variable.
 */
final class SdkSetup {
  private SdkSetup() {}

  /**
   * Explains why no client could be made.
   *
   * @param failure what the SDK threw
   */
  static JobFailure explain(RuntimeException failure, Side side) {
    String message = failure.getMessage();
    String why = message == null ? failure.getClass().getSimpleName() : message;
    JobFailure ofFile =
        ofProfileFile(
            ProfileFileLocation.configurationFilePath(),
            ProfileFile.Type.CONFIGURATION,
            "AWS_CONFIG_FILE");
    if (ofFile == null) {
      ofFile =
          ofProfileFile(
              ProfileFileLocation.credentialsFilePath(),
              ProfileFile.Type.CREDENTIALS,
              "AWS_SHARED_CREDENTIALS_FILE");
    }
    if (ofFile != null) {
      return ofFile;
    }
    List<String> named = variables(why);
    if (!named.isEmpty()) {
      return JobFailure.system(
          "The AWS SDK can't use these variables of the environment: "
              + String.join(", ", named)
              + " ("
              + why
              + ")",
          "Unset them for the driver and the executors, or give them values that the SDK accepts."
              + " The job's own settings, such as s3.max-attempts, override them in any case.",
          failure);
    }
    return JobFailure.system(
        "The AWS SDK can't be set up for "
            + side.settingsName()
            + ": "
            + failure.getClass().getSimpleName()
            + ": "
            + why,
        "Look at the variables AWS_... of the environment, and at "
            + ProfileFileLocation.configurationFilePath()
            + " and "
            + ProfileFileLocation.credentialsFilePath()
            + ".",
        failure);
  }

  private static @Nullable JobFailure ofProfileFile(
      Path file, ProfileFile.Type type, String variable) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      ProfileFile.builder().content(file).type(type).build();
      return null;
    } catch (RuntimeException e) {
      return JobFailure.system(
          "The AWS profile file " + file + " can't be read: " + e.getMessage(),
          "Correct it, or have the environment variable " + variable + " name another file.",
          e);
    }
  }

  /** Returns the variables whose name or value the message has. */
  private static List<String> variables(String message) {
    List<String> found = new ArrayList<>();
    for (SdkSystemSetting setting : SdkSystemSetting.values()) {
      if (isSecret(setting)) {
        continue;
      }
      String variable = setting.environmentVariable();
      Optional<String> ofProperty = Optional.ofNullable(System.getProperty(setting.property()));
      String name = ofProperty.isPresent() ? setting.property() : variable;
      ofProperty
          .or(() -> Optional.ofNullable(System.getenv(variable)))
          .filter(value -> message.contains(name) || message.contains('"' + value + '"'))
          .ifPresent(value -> found.add(name + "=" + value));
    }
    return found;
  }

  private static boolean isSecret(SdkSystemSetting setting) {
    return switch (setting) {
      case AWS_ACCESS_KEY_ID,
          AWS_SECRET_ACCESS_KEY,
          AWS_SESSION_TOKEN,
          AWS_CONTAINER_AUTHORIZATION_TOKEN ->
          true;
      default -> false;
    };
  }
}
