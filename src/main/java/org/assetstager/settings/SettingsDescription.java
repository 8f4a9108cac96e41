package org.assetstager.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings as text, by their names below {@code asset-stager}, without a secret; described group by
 * group, in the order of {@code reference.conf}.
 */
final class SettingsDescription {
  private static final String NOTHING = "null";

  /** How fast a run goes: another value can't alter what it has done or will do. */
  private static final Set<String> LIMITS =
      Set.of("upload.split", "upload.max-bandwidth", "upload.max-requests-per-second");

  /**
   * Timeouts, attempts, whom to tell of the end, what estimates are made with, and what is done
   * with content that is staged.
   */
  private static final Set<String> FREE_GROUPS =
      Set.of("s3.", "on-finish.", "commit.", "cost.", "estimate.");

  /** Nothing but the end of a run depends on it. */
  private static final String LEDGER_FORMAT = "ledger.format";

  private final Map<String, String> text = new LinkedHashMap<>();

  /** Returns what was described, in its order; each text names one value. */
  Map<String, String> all() {
    return Collections.unmodifiableMap(text);
  }

  /** Returns those of all settings that a run that goes on must have as its first part had them. */
  static Map<String, String> fixed(Map<String, String> all) {
    Map<String, String> fixed = new LinkedHashMap<>(all);
    fixed
        .keySet()
        .removeIf(
            name ->
                name.contains(".credentials.")
                    || FREE_GROUPS.stream().anyMatch(name::startsWith)
                    || name.equals(LEDGER_FORMAT)
                    || LIMITS.contains(name));
    return Collections.unmodifiableMap(fixed);
  }

  /** Returns the SHA-256 of settings, 64 hex digits. */
  static String fingerprint(Map<String, String> settings) {
    Hasher hasher = Hashing.sha256().newHasher();
    settings.forEach(
        (name, value) -> {
          put(name, hasher);
          put(value, hasher);
        });
    return hasher.hash().toString();
  }

  SettingsDescription inventory(InventorySettings inventory) {
    text.put("remote.inventory", text(inventory.manifest()));
    text.put("remote.confirm-inventory", Units.onOff(inventory.confirm()));
    return this;
  }

  SettingsDescription ledger(String path, LedgerFormat format) {
    text.put("ledger.path", text(path));
    text.put(LEDGER_FORMAT, Units.word(format));
    return this;
  }

  SettingsDescription manifest(ManifestSettings manifest) {
    text.put(
        "manifest.allowed-roots",
        manifest.allowedRoots().stream()
            .map(ConfigUtil::quoteString)
            .collect(Collectors.joining(", ", "[", "]")));
    text.put("manifest.max-row-bytes", Units.size(manifest.maxRowBytes()));
    return this;
  }

  SettingsDescription verify(VerifySettings verify) {
    text.put("verify.policy", Units.word(verify.policy()));
    text.put("verify.digest", Units.word(verify.digest()));
    text.put("verify.find-renamed", Units.word(verify.findRenamed()));
    return this;
  }

  SettingsDescription upload(UploadSettings upload) {
    Long bandwidth = upload.maxBandwidthBytesPerSecond();
    text.put("upload.part-size", Units.size(upload.partSizeBytes()));
    text.put("upload.multipart-threshold", Units.size(upload.multipartThresholdBytes()));
    text.put("upload.split-threshold", Units.size(upload.splitThresholdBytes()));
    text.put("upload.split", upload.splitsInOneJvm() ? "on" : "auto");
    text.put("upload.max-bandwidth", bandwidth == null ? NOTHING : Units.size(bandwidth));
    text.put("upload.max-requests-per-second", String.valueOf(upload.maxRequestsPerSecond()));
    return this;
  }

  SettingsDescription onFinish(OnFinishSettings onFinish) {
    text.put("on-finish.command", Objects.requireNonNullElse(onFinish.shownCommand(), NOTHING));
    text.put("on-finish.webhook", Objects.requireNonNullElse(onFinish.shownWebhook(), NOTHING));
    text.put("on-finish.timeout", Units.duration(onFinish.timeout()));
    return this;
  }

  SettingsDescription s3(S3Settings s3) {
    text.put("s3.connect-timeout", Units.duration(s3.connectTimeout()));
    text.put("s3.attempt-timeout", Units.duration(s3.attemptTimeout()));
    text.put("s3.call-timeout", Units.duration(s3.callTimeout()));
    text.put("s3.max-attempts", String.valueOf(s3.maxAttempts()));
    return this;
  }

  /** Describes a bucket whose settings' names begin with a group's. */
  SettingsDescription bucket(String group, BucketSettings bucket) {
    text.put(group + "bucket", text(bucket.bucket()));
    text.put(group + "prefix", text(bucket.prefix()));
    text.put(group + "endpoint", text(bucket.endpoint()));
    text.put(group + "region", text(bucket.region()));
    text.put(group + "path-style", Units.onOff(bucket.pathStyle()));
    credentials(group + "credentials.", bucket.credentials());
    text.put(group + "listing", Units.word(bucket.listing()));
    text.put(group + "expected-owner", text(bucket.expectedOwner()));
    return this;
  }

  SettingsDescription commit(CommitSettings commit) {
    credentials("commit.credentials.", commit.credentials());
    text.put("commit.recorded-etags", commit.trustsRecordedEtags() ? "trusted" : "ignored");
    text.put("commit.part-size", Units.size(commit.partSizeBytes()));
    text.put("commit.storage-class", text(commit.storageClass()));
    text.put("commit.sse", Units.word(commit.encryption()));
    text.put("commit.kms-key-id", text(commit.kmsKeyId()));
    return this;
  }

  private void credentials(String group, Credentials credentials) {
    text.put(group + "access-key", setOrNot(credentials.accessKey()));
    text.put(group + "secret-key", setOrNot(credentials.secretKey()));
    text.put(group + "session-token", setOrNot(credentials.sessionToken()));
    text.put(group + "profile", text(credentials.profile()));
    role(group, credentials.role());
  }

  private void role(String group, @Nullable Role role) {
    Duration duration = role == null ? null : role.sessionDuration();
    text.put(group + "role-arn", text(role == null ? null : role.arn()));
    text.put(group + "sts-endpoint", text(role == null ? null : role.stsEndpoint()));
    text.put(group + "external-id", text(role == null ? null : role.externalId()));
    text.put(group + "session-duration", duration == null ? NOTHING : Units.duration(duration));
  }

  SettingsDescription staging(StagingSettings staging) {
    bucket("staging.", staging.bucket());
    text.put("staging.conditional-writes", Units.onOff(staging.conditionalWrites()));
    text.put("staging.if-match", Units.onOff(staging.ifMatch()));
    text.put(
        "staging.request-checksums", staging.alwaysChecksum() ? "when-supported" : "when-required");
    text.put("staging.storage-class", text(staging.storageClass()));
    text.put("staging.sse", Units.word(staging.encryption()));
    text.put("staging.kms-key-id", text(staging.kmsKeyId()));
    text.put(
        "staging.tags",
        staging.tags().entrySet().stream()
            .map(
                tag ->
                    ConfigUtil.quoteString(tag.getKey())
                        + " = "
                        + ConfigUtil.quoteString(tag.getValue()))
            .collect(Collectors.joining(", ", "{", "}")));
    return this;
  }

  SettingsDescription costs(CostSettings cost) {
    text.put("cost.currency", text(cost.currency()));
    text.put("cost.put-per-1000", cost.putPer1000().toPlainString());
    text.put("cost.list-per-1000", cost.listPer1000().toPlainString());
    text.put("cost.get-per-1000", cost.getPer1000().toPlainString());
    text.put("cost.storage-gb-month", cost.storageGbMonth().toPlainString());
    text.put("cost.transfer-per-gb", cost.transferPerGb().toPlainString());
    text.put("estimate.bandwidth", Units.size(cost.bandwidthBytesPerSecond()));
    text.put("estimate.request-time", Units.duration(cost.requestTime()));
    return this;
  }

  private static String text(@Nullable String value) {
    if (value == null) {
      return NOTHING;
    }
    return value.matches("[\\w./:@+-]+") && !value.equals(NOTHING)
        ? value
        : ConfigUtil.quoteString(value);
  }

  private static String setOrNot(@Nullable String secret) {
    return secret == null ? "not set" : "set";
  }

  private static void put(String text, Hasher hasher) {
    byte[] bytes = text.getBytes(UTF_8);
    hasher.putBytes(Ints.toByteArray(bytes.length)).putBytes(bytes);
  }
}
