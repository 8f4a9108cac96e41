package org.assetstager.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.StagingSettings.Encryption;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.settings.VerifySettings.Policy;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into typed settings, one setting at a time. What is wrong is noted, and something
 * harmless stands in its place, so that reading goes on.
 */
final class SettingsReader {
  private static final String COUNT = "a whole number from 1";

  private enum RecordedEtags {
    TRUSTED,
    IGNORED
  }

  private enum Split {
    AUTO,
    ON
  }

  private enum RequestChecksums {
    WHEN_REQUIRED,
    WHEN_SUPPORTED
  }

  private static final String REGION = "a region such as us-east-1";
  private static final String REGION_VARIABLE = "AWS_REGION";

  private final ValueReader values;
  private final SettingsEnvironment environment;

  SettingsReader(
      Map<String, SettingValue> values,
      SettingsEnvironment environment,
      SettingsProblems problems) {
    this.environment = environment;
    this.values = new ValueReader(values, problems);
  }

  Settings read() {
    return new Settings(
        bucket("remote"),
        new InventorySettings(
            values.optional(
                "remote.inventory",
                "the path or URI of an inventory's manifest.json, with no password, or null",
                Formats::folder),
            values.onOrOff("remote.confirm-inventory")),
        staging(),
        values.required(
            "ledger.path", "the path or URI of a folder, with no password", "", Formats::folder),
        values.choice("ledger.format", LedgerFormat.class),
        new ManifestSettings(
            allowedRoots(), (int) values.size("manifest.max-row-bytes", 1, Formats.MAX_ROW_BYTES)),
        new VerifySettings(
            values.choice("verify.policy", Policy.class),
            values.choice("verify.digest", DigestMode.class),
            values.choice("verify.find-renamed", FindRenamed.class)),
        upload(),
        new OnFinishSettings(
            command("on-finish.command"),
            values.optional(
                "on-finish.webhook", "an http or https URL with a host, or null", Formats::webhook),
            values.timeout("on-finish.timeout")),
        commit(),
        new S3Settings(
            values.timeout("s3.connect-timeout"),
            values.timeout("s3.attempt-timeout"),
            values.timeout("s3.call-timeout"),
            values.required("s3.max-attempts", COUNT, 1, Formats::count)),
        cost());
  }

  private CommitSettings commit() {
    return new CommitSettings(
        credentials("commit.credentials.").named("commit.credentials"),
        values.choice("commit.recorded-etags", RecordedEtags.class) == RecordedEtags.TRUSTED,
        values.size("commit.part-size", Formats.MIN_PART_BYTES, Formats.MAX_PART_BYTES),
        storageClass("commit."),
        values.choice("commit.sse", Encryption.class),
        kmsKeyId("commit."));
  }

  private @Nullable String storageClass(String group) {
    return values.optional(
        group + "storage-class",
        "a class such as STANDARD_IA, or null",
        Formats.matching(Formats.WORD));
  }

  private @Nullable String kmsKeyId(String group) {
    return values.optional(
        group + "kms-key-id",
        "the id, alias or ARN of a key, or null",
        Formats.matching(Formats.WORD));
  }

  private CostSettings cost() {
    return new CostSettings(
        values.required(
            "cost.currency",
            "a currency's code of 3 letters, such as USD",
            "",
            Formats.matching(Formats.CURRENCY)),
        price("cost.put-per-1000"),
        price("cost.list-per-1000"),
        price("cost.get-per-1000"),
        price("cost.storage-gb-month"),
        price("cost.transfer-per-gb"),
        values.size("estimate.bandwidth", 1, Formats.MAX_BANDWIDTH),
        values.timeout("estimate.request-time"));
  }

  private BigDecimal price(String name) {
    return values.required(
        name, "a price from 0 to 1000000, such as 0.005", BigDecimal.ZERO, Formats::price);
  }

  private BucketSettings bucket(String side) {
    String endpoint = endpoint(side + ".endpoint");
    Boolean pathStyle =
        values.optional(side + ".path-style", "on or off, or null", Formats::onOrOff);
    Credentials credentials = credentials(side + ".credentials.");
    return new BucketSettings(
        values.required(
            side + ".bucket",
            "the name of a bucket: 3 to 255 letters, digits, dots, hyphens and underscores (a URL"
                + " belongs in endpoint, a folder in prefix)",
            "",
            Formats.matching(Formats.BUCKET)),
        values.required(
            side + ".prefix",
            "nothing, or text that ends in /, of " + Formats.MAX_PREFIX_BYTES + " bytes at most",
            "",
            Formats::prefix),
        endpoint,
        region(side + ".region", credentials.profile()),
        pathStyle == null ? endpoint != null : pathStyle,
        credentials,
        values.choice(side + ".listing", Listing.class),
        values.optional(
            side + ".expected-owner",
            "an account id of 12 digits",
            Formats.matching(Formats.ACCOUNT)));
  }

  private @Nullable String endpoint(String name) {
    return values.optional(
        name,
        "an http or https URL of a host and port only, such as http://127.0.0.1:9000, or null for"
            + " AWS",
        Formats::endpoint);
  }

  /** As AWS's tools do: what is set here, else the variable, else the profile. */
  private String region(String name, @Nullable String profile) {
    if (values.value(name).isDefault()) {
      String variable = environment.variables().getOrDefault(REGION_VARIABLE, "");
      if (!variable.isEmpty()) {
        return region(name, variable, SettingsVariables.WHERE + REGION_VARIABLE);
      }
      String ofProfile = environment.regionOfProfile().apply(profile);
      if (ofProfile != null) {
        return region(name, ofProfile, "AWS profile " + (profile == null ? "by default" : profile));
      }
    }
    return values.required(name, REGION, "", Formats.matching(Formats.REGION));
  }

  private String region(String name, String found, String where) {
    if (!Formats.REGION.matcher(found).matches()) {
      values.unexpected(name, new SettingValue(found, where), REGION);
    }
    return found;
  }

  private Credentials credentials(String group) {
    String expected = "text without spaces, or null (a variable that is empty must be unset)";
    return new Credentials(
        values.optional(group + "access-key", expected, Formats.matching(Formats.WORD)),
        values.optional(group + "secret-key", expected, Formats.matching(Formats.WORD)),
        values.optional(group + "session-token", expected, Formats.matching(Formats.WORD)),
        values.optional(
            group + "profile", "the name of a profile, or null", Formats.matching(Formats.TEXT)),
        role(group),
        null);
  }

  private @Nullable Role role(String group) {
    String arn =
        values.optional(
            group + "role-arn",
            "the ARN of a role, arn:..., or null",
            Formats.matching(Formats.ARN));
    String stsEndpoint = endpoint(group + "sts-endpoint");
    String externalId =
        values.optional(
            group + "external-id",
            "2 to 1224 letters, digits and _+=,.@:/-, or null",
            Formats.matching(Formats.EXTERNAL_ID));
    Duration duration =
        values.optional(
            group + "session-duration",
            "a duration with its unit, from 15m to 168h, such as 1h, or null",
            Formats::sessionDuration);
    return arn == null ? null : new Role(arn, stsEndpoint, externalId, duration);
  }

  private StagingSettings staging() {
    return new StagingSettings(
        bucket("staging"),
        values.onOrOff("staging.conditional-writes"),
        values.onOrOff("staging.if-match"),
        values.choice("staging.request-checksums", RequestChecksums.class)
            == RequestChecksums.WHEN_SUPPORTED,
        storageClass("staging."),
        values.choice("staging.sse", Encryption.class),
        kmsKeyId("staging."),
        tags());
  }

  private UploadSettings upload() {
    return new UploadSettings(
        values.size("upload.part-size", Formats.MIN_PART_BYTES, Formats.MAX_PART_BYTES),
        values.size("upload.multipart-threshold", 0, Formats.MAX_PUT_BYTES),
        values.size("upload.split-threshold", 0, Long.MAX_VALUE),
        values.choice("upload.split", Split.class) == Split.ON,
        values.optional(
            "upload.max-bandwidth",
            "bytes a second such as 100MiB, or null for no limit",
            text -> Formats.inRange(Units.parseSize(text), 1, Long.MAX_VALUE)),
        values.optional(
            "upload.max-requests-per-second", COUNT + ", or null for no limit", Formats::count));
  }

  private List<String> allowedRoots() {
    String name = "manifest.allowed-roots";
    if (!(values.value(name).value() instanceof List<?> written)) {
      values.unexpected(
          name, values.value(name), "a list of absolute directories, [\"/data\", ...]");
      return List.of();
    }
    List<String> roots = new ArrayList<>();
    for (Object root : written) {
      if (root instanceof String text && Formats.ROOT.matcher(text).matches()) {
        roots.add(text.length() == 1 ? text : text.replaceAll("/+", "/").replaceAll("(.)/$", "$1"));
      } else {
        SettingValue element = new SettingValue(root, values.value(name).where());
        values.unexpected(
            name, element, "an absolute directory without . or .. in each place of the list");
      }
    }
    return roots;
  }

  private List<String> command(String name) {
    SettingValue setting = values.value(name);
    try {
      return setting.value() == null ? List.of() : Formats.command(setting.value());
    } catch (IllegalArgumentException e) {
      values.unexpected(
          name, setting, "a list of a program and its arguments, [\"/opt/tell\", ...], or null");
      return List.of();
    }
  }

  private Map<String, String> tags() {
    String name = "staging.tags";
    Object written = values.value(name).value();
    Map<String, String> tags = new TreeMap<>();
    if (written instanceof Map<?, ?> map && map.size() <= Formats.MAX_TAGS) {
      map.forEach(
          (key, value) -> {
            if (value instanceof String text && Formats.isTag(key.toString(), text)) {
              tags.put(key.toString(), text);
            } else {
              values.unexpected(
                  name + "." + key,
                  new SettingValue(value, values.value(name).where()),
                  "the text of a tag: letters, digits, spaces and _.:/=+-@ only, 256 at most; the"
                      + " name has 128 at most, doesn't begin with aws: and needs quotes if it"
                      + " holds a dot");
            }
          });
    } else if (written != null) {
      values.unexpected(
          name,
          values.value(name),
          "a group of at most " + Formats.MAX_TAGS + " tags, { name = value }");
    }
    return tags;
  }
}
