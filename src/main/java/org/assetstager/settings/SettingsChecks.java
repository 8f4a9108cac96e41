package org.assetstager.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds settings that are right one by one and at odds with each other. */
final class SettingsChecks {
  private static final Set<String> S3_SCHEMES = Set.of("s3", "s3a", "s3n");

  private static final Pattern SECRET =
      Pattern.compile(
          ".*\\.credentials\\.(access-key|secret-key|session-token)|.*\\.on-finish\\.webhook");

  private final Settings settings;
  private final Map<String, SettingValue> values;
  private final SettingsProblems problems;

  SettingsChecks(Settings settings, Map<String, SettingValue> values, SettingsProblems problems) {
    this.settings = settings;
    this.values = values;
    this.problems = problems;
  }

  void run() {
    values.forEach(this::checkSource);
    checkBuckets();
    checkCredentials("remote.credentials.", settings.remote().credentials());
    checkCredentials("staging.credentials.", settings.staging().bucket().credentials());
    checkCredentials("commit.credentials.", settings.commit().credentials());
    checkEncryption("staging.", settings.staging().encryption(), settings.staging().kmsKeyId());
    checkEncryption("commit.", settings.commit().encryption(), settings.commit().kmsKeyId());
    checkUpload();
    checkTimeouts();
    checkLedger();
  }

  private void checkSource(String fullName, SettingValue setting) {
    boolean isSecret = SECRET.matcher(fullName).matches() && setting.value() != null;
    if (isSecret && setting.where().equals(SettingsOverrides.WHERE)) {
      problems.add(
          fullName,
          setting.where(),
          "would show a secret in the list of processes; write "
              + fullName
              + " = ${?NAME} into the settings file and set the environment variable NAME");
    }
    if (String.valueOf(setting.value()).indexOf('\uFFFD') >= 0) {
      problems.add(fullName, setting.where(), "is not UTF-8; save the file as UTF-8");
    }
  }

  private void checkBuckets() {
    BucketSettings remote = settings.remote();
    BucketSettings staging = settings.staging().bucket();
    check(
        !remote.overlaps(staging),
        "staging.prefix",
        "begins like remote.prefix, or the other way round, in the same bucket \""
            + staging.bucket()
            + "\", so that uploads could reach the remote; write another bucket or prefixes of"
            + " which neither begins with the other",
        "remote.bucket",
        "remote.prefix",
        "remote.endpoint",
        "staging.bucket",
        "staging.endpoint");
  }

  private void checkCredentials(String group, Credentials credentials) {
    boolean hasKey = credentials.accessKey() != null;
    boolean hasSecret = credentials.secretKey() != null;
    check(
        !hasKey || hasSecret,
        group + "secret-key",
        "is not set while access-key is; set both or neither",
        group + "access-key");
    check(
        hasKey || !hasSecret,
        group + "access-key",
        "is not set while secret-key is; set both or neither",
        group + "secret-key");
    check(
        hasKey || credentials.sessionToken() == null,
        group + "session-token",
        "is set without access-key; set access-key and secret-key too, or none of them",
        group + "access-key");
    check(
        !hasKey || credentials.profile() == null,
        group + "profile",
        "is set together with access-key; set only one of them",
        group + "access-key");
    for (String ofRole : List.of("sts-endpoint", "external-id", "session-duration")) {
      SettingValue value = values.get(SettingNames.full(group + ofRole));
      check(
          credentials.role() != null || value == null || value.value() == null,
          group + ofRole,
          "is set without role-arn; set role-arn too, or remove it",
          group + "role-arn");
    }
  }

  private void checkEncryption(
      String group, StagingSettings.Encryption encryption, @Nullable String kmsKeyId) {
    check(
        kmsKeyId == null || encryption == StagingSettings.Encryption.KMS,
        group + "kms-key-id",
        "is set while "
            + group
            + "sse is "
            + Units.word(encryption)
            + "; write sse = kms or remove the key",
        group + "sse");
  }

  private void checkUpload() {
    UploadSettings upload = settings.upload();
    check(
        upload.splitThresholdBytes() >= upload.multipartThresholdBytes(),
        "upload.split-threshold",
        "is "
            + Units.size(upload.splitThresholdBytes())
            + ", below upload.multipart-threshold, "
            + Units.size(upload.multipartThresholdBytes())
            + "; only contents that are sent in parts can be split: raise it or lower the other",
        "upload.multipart-threshold");
  }

  private void checkTimeouts() {
    S3Settings s3 = settings.s3();
    check(
        s3.attemptTimeout().compareTo(s3.callTimeout()) <= 0,
        "s3.attempt-timeout",
        "is "
            + Units.duration(s3.attemptTimeout())
            + ", longer than s3.call-timeout, "
            + Units.duration(s3.callTimeout())
            + ", which counts all attempts; lower it or raise the other",
        "s3.call-timeout");
  }

  /** The ledger needs the right to delete, which nobody has in the remote or staging. */
  private void checkLedger() {
    check(
        Stream.of(settings.remote(), settings.staging().bucket())
            .noneMatch(bucket -> isInBucket(settings.ledgerPath(), bucket.bucket())),
        "ledger.path",
        "is in the bucket of the remote or of staging; write a folder elsewhere, where files may be"
            + " deleted",
        "remote.bucket",
        "staging.bucket");
  }

  private static boolean isInBucket(String path, String bucket) {
    int scheme = path.indexOf("://");
    return scheme > 0
        && S3_SCHEMES.contains(path.substring(0, scheme).toLowerCase(Locale.ROOT))
        && (path + "/").startsWith(bucket + "/", scheme + "://".length());
  }

  /** Notes a problem of a setting unless it, or another one it depends on, has a problem itself. */
  private void check(boolean right, String name, String problem, String... others) {
    String[] names =
        Stream.concat(Stream.of(name), Stream.of(others))
            .map(SettingNames::full)
            .toArray(String[]::new);
    if (!right && !problems.anyOf(names)) {
      problems.add(names[0], Objects.requireNonNull(values.get(names[0])).where(), problem);
    }
  }
}
