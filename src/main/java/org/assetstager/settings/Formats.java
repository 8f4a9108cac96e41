package org.assetstager.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What the text of a setting must look like. Methods that return a value throw {@link
 * IllegalArgumentException} if the text is not of the form.
 */
final class Formats {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
  static final long MIN_PART_BYTES = 5 * MIB;

  static final long MAX_PART_BYTES = 5 * GIB;

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
  static final long MAX_PUT_BYTES = 5 * GIB;

  /** A row is held in one array. */
  static final long MAX_ROW_BYTES = GIB;

  /**
   * A key has 1024 bytes at most
   * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html); {@code contents/}, a
   * top hash of 128, a slash and a file id of 24 follow the prefix.
   */
  static final int MAX_PREFIX_BYTES = 1024 - 9 - 128 - 1 - 24;

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
  static final int MAX_TAGS = 10;

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3Tag.html */
  private static final Pattern TAG_NAME =
      Pattern.compile("(?!(?i:aws:))[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}");

  private static final Pattern TAG_VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}");

  /**
   * Wider than the rules for new buckets
   * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html): old buckets,
   * and those of other servers, may have upper-case letters, underscores and up to 255 characters.
   */
  static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,254}");

  static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,63}");
  static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
  static final Pattern WORD = Pattern.compile("\\S+");
  static final Pattern TEXT = Pattern.compile("\\S(.*\\S)?");
  static final Pattern ARN = Pattern.compile("arn:\\S+");

  /** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
  static final Pattern EXTERNAL_ID = Pattern.compile("[A-Za-z0-9_+=,.@:/-]{2,1224}");

  /** As AWS has it; its most are 12 hours, MinIO's 7 days. */
  private static final Duration MIN_SESSION = Duration.ofMinutes(15);

  private static final Duration MAX_SESSION = Duration.ofDays(7);

  /** 1 PiB a second: no network has it. */
  static final long MAX_BANDWIDTH = 1L << 50;

  /** ISO 4217. */
  static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  /** No exponents: nobody writes a price so. */
  private static final Pattern PRICE = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,12})?");

  private static final BigDecimal MAX_PRICE = BigDecimal.valueOf(1_000_000);

  /** An absolute path without a {@code .} or {@code ..} for a name. */
  static final Pattern ROOT = Pattern.compile("(?!.*/\\.{1,2}(/|$))/[^\\x00]*", Pattern.DOTALL);

  /** A password before the host, as old s3a URIs have it. */
  private static final Pattern URI_WITH_PASSWORD = Pattern.compile("(?s)[^/]*://[^/]*:[^/]*@.*");

  private static final int MAX_PORT = 65_535;

  private Formats() {}

  static Function<String, String> matching(Pattern pattern) {
    return text -> require(text, pattern.matcher(text).matches());
  }

  static String prefix(String text) {
    boolean fits = text.getBytes(UTF_8).length <= MAX_PREFIX_BYTES;
    return require(text, fits && (text.isEmpty() || text.endsWith("/")));
  }

  static String folder(String text) {
    boolean clean = !text.isBlank() && text.indexOf('\0') < 0;
    return require(text, clean && !URI_WITH_PASSWORD.matcher(text).matches());
  }

  static String endpoint(String text) {
    EndpointUrl.parse(text);
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  static URI webhook(String text) {
    URI uri = URI.create(text);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    require(text, scheme.equals("http") || scheme.equals("https"));
    require(text, uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= MAX_PORT);
    require(text, uri.getRawFragment() == null);
    return uri;
  }

  /** Takes a list of words: a program, and its arguments if there are any. */
  static List<String> command(Object written) {
    List<String> words = new ArrayList<>();
    if (written instanceof List<?> list) {
      for (Object word : list) {
        words.add(require(String.valueOf(word), word instanceof String));
      }
    }
    require("", !words.isEmpty() && !words.get(0).isBlank());
    require("", words.stream().noneMatch(word -> word.indexOf('\0') >= 0));
    return words;
  }

  static boolean onOrOff(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "on", "true", "yes" -> true;
      case "off", "false", "no" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  /** {@code 60} would be 60 milliseconds to HOCON, and 60 seconds to most people. */
  static String withUnit(String text) {
    return require(text, !text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1)));
  }

  static Duration sessionDuration(String text) {
    Duration duration = Units.parseDuration(withUnit(text));
    inRange(duration.toMillis(), MIN_SESSION.toMillis(), MAX_SESSION.toMillis());
    return duration.truncatedTo(ChronoUnit.SECONDS);
  }

  static int count(String text) {
    return (int) inRange(Integer.parseInt(text), 1, Integer.MAX_VALUE);
  }

  static BigDecimal price(String text) {
    BigDecimal price = new BigDecimal(require(text, PRICE.matcher(text).matches()));
    require(text, price.compareTo(MAX_PRICE) <= 0);
    return price;
  }

  static long inRange(long number, long min, long max) {
    if (number < min || number > max) {
      throw new IllegalArgumentException();
    }
    return number;
  }

  private static String require(String text, boolean expected) {
    if (!expected) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  static boolean isTag(String name, String value) {
    return TAG_NAME.matcher(name).matches() && TAG_VALUE.matcher(value).matches();
  }
}
