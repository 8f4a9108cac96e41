package org.assetstager.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
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
  private static final Duration MAX_TIMEOUT = Duration.ofHours(24);

  private static final String COUNT = "a whole number from 1";

  private enum RequestChecksums {
    WHEN_REQUIRED,
    WHEN_SUPPORTED
  }

  private final Map<String, SettingValue> values;
  private final SettingsProblems problems;

  SettingsReader(Map<String, SettingValue> values, SettingsProblems problems) {
    this.values = values;
    this.problems = problems;
  }

  Settings read() {
    return new Settings(
        bucket("remote"),
        new InventorySettings(
            optional(
                "remote.inventory",
                "the path or URI of an inventory's manifest.json, with no password, or null",
                Formats::folder),
            onOrOff("remote.confirm-inventory")),
        staging(),
        required(
            "ledger.path", "the path or URI of a folder, with no password", "", Formats::folder),
        choice("ledger.format", LedgerFormat.class),
        new ManifestSettings(
            allowedRoots(), (int) size("manifest.max-row-bytes", 1, Formats.MAX_ROW_BYTES)),
        new VerifySettings(
            choice("verify.policy", Policy.class),
            choice("verify.digest", DigestMode.class),
            choice("verify.find-renamed", FindRenamed.class)),
        upload(),
        new OnFinishSettings(
            command("on-finish.command"),
            optional(
                "on-finish.webhook", "an http or https URL with a host, or null", Formats::webhook),
            timeout("on-finish.timeout")),
        new S3Settings(
            timeout("s3.connect-timeout"),
            timeout("s3.attempt-timeout"),
            timeout("s3.call-timeout"),
            required("s3.max-attempts", COUNT, 1, Formats::count)),
        cost());
  }

  private CostSettings cost() {
    return new CostSettings(
        required(
            "cost.currency",
            "a currency's code of 3 letters, such as USD",
            "",
            Formats.matching(Formats.CURRENCY)),
        price("cost.put-per-1000"),
        price("cost.list-per-1000"),
        price("cost.get-per-1000"),
        price("cost.storage-gb-month"),
        price("cost.transfer-per-gb"),
        size("estimate.bandwidth", 1, Formats.MAX_BANDWIDTH),
        timeout("estimate.request-time"));
  }

  private BigDecimal price(String name) {
    return required(
        name, "a price from 0 to 1000000, such as 0.005", BigDecimal.ZERO, Formats::price);
  }

  private BucketSettings bucket(String side) {
    return new BucketSettings(
        required(
            side + ".bucket",
            "the name of a bucket: 3 to 255 letters, digits, dots, hyphens and underscores (a URL"
                + " belongs in endpoint, a folder in prefix)",
            "",
            Formats.matching(Formats.BUCKET)),
        required(
            side + ".prefix",
            "nothing, or text that ends in /, of " + Formats.MAX_PREFIX_BYTES + " bytes at most",
            "",
            Formats::prefix),
        optional(
            side + ".endpoint",
            "an http or https URL of a host and port only, such as http://127.0.0.1:9000, or null"
                + " for AWS",
            Formats::endpoint),
        required(
            side + ".region", "a region such as us-east-1", "", Formats.matching(Formats.REGION)),
        onOrOff(side + ".path-style"),
        credentials(side + ".credentials."),
        choice(side + ".listing", Listing.class),
        optional(
            side + ".expected-owner",
            "an account id of 12 digits",
            Formats.matching(Formats.ACCOUNT)));
  }

  private Credentials credentials(String group) {
    String expected = "text without spaces, or null (a variable that is empty must be unset)";
    return new Credentials(
        optional(group + "access-key", expected, Formats.matching(Formats.WORD)),
        optional(group + "secret-key", expected, Formats.matching(Formats.WORD)),
        optional(group + "session-token", expected, Formats.matching(Formats.WORD)),
        optional(
            group + "profile", "the name of a profile, or null", Formats.matching(Formats.TEXT)),
        optional(
            group + "role-arn",
            "the ARN of a role, arn:..., or null",
            Formats.matching(Formats.ARN)));
  }

  private StagingSettings staging() {
    return new StagingSettings(
        bucket("staging"),
        onOrOff("staging.conditional-writes"),
        onOrOff("staging.if-match"),
        choice("staging.request-checksums", RequestChecksums.class)
            == RequestChecksums.WHEN_SUPPORTED,
        optional(
            "staging.storage-class",
            "a class such as STANDARD_IA, or null",
            Formats.matching(Formats.WORD)),
        choice("staging.sse", Encryption.class),
        optional(
            "staging.kms-key-id",
            "the id, alias or ARN of a key, or null",
            Formats.matching(Formats.WORD)),
        tags());
  }

  private UploadSettings upload() {
    return new UploadSettings(
        size("upload.part-size", Formats.MIN_PART_BYTES, Formats.MAX_PART_BYTES),
        size("upload.multipart-threshold", 0, Formats.MAX_PUT_BYTES),
        size("upload.split-threshold", 0, Long.MAX_VALUE),
        optional(
            "upload.max-bandwidth",
            "bytes a second such as 100MiB, or null for no limit",
            text -> Formats.inRange(SettingsLoader.sizeBytes(text), 1, Long.MAX_VALUE)),
        optional(
            "upload.max-requests-per-second", COUNT + ", or null for no limit", Formats::count));
  }

  private List<String> allowedRoots() {
    String name = "manifest.allowed-roots";
    if (!(value(name).value() instanceof List<?> written)) {
      unexpected(name, value(name), "a list of absolute directories, [\"/data\", ...]");
      return List.of();
    }
    List<String> roots = new ArrayList<>();
    for (Object root : written) {
      if (root instanceof String text && Formats.ROOT.matcher(text).matches()) {
        roots.add(text.length() == 1 ? text : text.replaceAll("/+", "/").replaceAll("(.)/$", "$1"));
      } else {
        SettingValue element = new SettingValue(root, value(name).where());
        unexpected(
            name, element, "an absolute directory without . or .. in each place of the list");
      }
    }
    return roots;
  }

  private List<String> command(String name) {
    SettingValue setting = value(name);
    try {
      return setting.value() == null ? List.of() : Formats.command(setting.value());
    } catch (IllegalArgumentException e) {
      unexpected(
          name, setting, "a list of a program and its arguments, [\"/opt/tell\", ...], or null");
      return List.of();
    }
  }

  private Map<String, String> tags() {
    String name = "staging.tags";
    Object written = value(name).value();
    Map<String, String> tags = new TreeMap<>();
    if (written instanceof Map<?, ?> map && map.size() <= Formats.MAX_TAGS) {
      map.forEach(
          (key, value) -> {
            if (value instanceof String text && Formats.isTag(key.toString(), text)) {
              tags.put(key.toString(), text);
            } else {
              unexpected(
                  name + "." + key,
                  new SettingValue(value, value(name).where()),
                  "the text of a tag: letters, digits, spaces and _.:/=+-@ only, 256 at most; the"
                      + " name has 128 at most, doesn't begin with aws: and needs quotes if it"
                      + " holds a dot");
            }
          });
    } else if (written != null) {
      unexpected(
          name, value(name), "a group of at most " + Formats.MAX_TAGS + " tags, { name = value }");
    }
    return tags;
  }

  private long size(String name, long min, long max) {
    String expected =
        max == Long.MAX_VALUE
            ? "a size such as 1GiB"
            : "a size from " + Units.size(min) + " to " + Units.size(max) + ", such as 16MiB";
    return required(
        name, expected, min, text -> Formats.inRange(SettingsLoader.sizeBytes(text), min, max));
  }

  private Duration timeout(String name) {
    return required(
        name,
        "a duration with its unit, from 1ms to 24h, such as 5s",
        MAX_TIMEOUT,
        text -> {
          Duration duration = SettingsLoader.duration(Formats.withUnit(text));
          Formats.inRange(duration.toMillis(), 1, MAX_TIMEOUT.toMillis());
          return duration.truncatedTo(ChronoUnit.MILLIS);
        });
  }

  private boolean onOrOff(String name) {
    return required(
        name,
        "on or off",
        false,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "on", "true", "yes" -> true;
              case "off", "false", "no" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  private <E extends Enum<E>> E choice(String name, Class<E> type) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      words.put(Units.word(constant), constant);
    }
    return required(
        name,
        "one of " + String.join(", ", words.keySet()),
        type.getEnumConstants()[0],
        text -> {
          E constant = words.get(text.toLowerCase(Locale.ROOT));
          if (constant == null) {
            throw new IllegalArgumentException();
          }
          return constant;
        });
  }

  /** Returns the value, or {@code ifWrong} after noting why there is none. */
  private <T> T required(String name, String expected, T ifWrong, Function<String, T> parser) {
    T value = optional(name, expected, parser);
    if (value != null) {
      return value;
    }
    unexpected(name, value(name), expected);
    return ifWrong;
  }

  /** Returns the value, or null if it is null or wrong, which is noted. */
  private <T> @Nullable T optional(String name, String expected, Function<String, T> parser) {
    SettingValue setting = value(name);
    if (setting.value() == null) {
      return null;
    }
    if (setting.value() instanceof String text) {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        unexpected(name, setting, expected);
        return null;
      }
    }
    unexpected(name, setting, expected);
    return null;
  }

  private SettingValue value(String name) {
    return Objects.requireNonNull(
        values.get(SettingNames.full(name)), () -> name + " is not in reference.conf");
  }

  private void unexpected(String name, SettingValue setting, String expected) {
    problems.addUnexpected(SettingNames.full(name), setting, expected);
  }
}
