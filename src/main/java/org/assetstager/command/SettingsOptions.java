package org.assetstager.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assetstager.s3.AwsProfiles;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsEnvironment;
import org.assetstager.settings.SettingsFile;
import org.assetstager.settings.SettingsLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a command's settings come from. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "F",
      description =
          "settings file (HOCON); conf/stage.conf is a template. Default: the file that"
              + " ASSET_STAGER_CONFIG names, else stage.conf in the working directory")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "K=V",
      description = "change one setting, such as staging.bucket=b; may be repeated")
  private List<String> overrides = new ArrayList<>();

  private boolean needed;

  /** Returns the words of a command line that name the same settings again. */
  List<String> again() {
    List<String> words = new ArrayList<>(fileAgain());
    words.addAll(changesAgain());
    return words;
  }

  /** Returns those that name the file; none where there is none. */
  List<String> fileAgain() {
    Path file = file().path();
    return file == null ? List.of() : List.of("--config", file.toString());
  }

  /** Returns those that change single settings. */
  List<String> changesAgain() {
    return overrides.stream().flatMap(setting -> Stream.of("--set", setting)).toList();
  }

  /**
   * Returns the settings file that a command found by itself, in words; null where the command line
   * names it, or none was looked for, needed or found.
   */
  public static @Nullable String foundFile(CommandLine command) {
    for (Object mixin : command.getMixins().values()) {
      if (mixin instanceof SettingsOptions options && options.needed && options.file().isFound()) {
        return options.file().toString();
      }
    }
    return null;
  }

  /** Reads the settings. */
  Settings load() {
    return load(List.of());
  }

  /**
   * Reads the settings.
   *
   * @param more of the command's own options, each as for {@code --set}, which they overrule
   */
  Settings load(List<String> more) {
    needed = true;
    List<String> all = new ArrayList<>(overrides);
    all.addAll(more);
    return SettingsLoader.load(
        file(), all, new SettingsEnvironment(System.getenv(), AwsProfiles::region));
  }

  /** Returns the file that the settings come from. */
  SettingsFile file() {
    return SettingsFile.choose(config, System.getenv());
  }
}
