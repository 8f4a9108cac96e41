package org.assetstager.manifest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the fields of one row. A value of the wrong type or out of range is recorded as a
 * fault and read as null, so that all faults of a row are found at once; null means absent.
 */
final class FieldValues {
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger UNSIGNED_MAX =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /** Only numbers of far more digits cost time to convert. */
  private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,1000}");

  private final Map<String, ? extends @Nullable Object> values;
  private final List<String> faults = new ArrayList<>(0);
  private final List<String> unrepresentable = new ArrayList<>(0);

  /**
   * Wraps raw values as JSON and Parquet have them.
   *
   * @param values strings (or their UTF-8 bytes), numbers, booleans or null by field name; a value
   *     of any other type is a wrong type of every field, described by its {@code toString}
   */
  FieldValues(Map<String, ? extends @Nullable Object> values) {
    this.values = values;
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  /** Notes a fault. */
  void fault(String problem) {
    faults.add(problem);
  }

  /** Notes that a file name isn't Unicode. */
  void unrepresentable(String problem) {
    unrepresentable.add(problem);
  }

  /** Notes a fault where a field is absent. */
  void require(String name) {
    if (!has(name)) {
      fault("'" + name + "' is missing");
    }
  }

  /** Returns all faults in one line, or null where there are none. */
  @Nullable String fault() {
    if (faults.isEmpty() && unrepresentable.isEmpty()) {
      return null;
    }
    List<String> all = new ArrayList<>(faults);
    all.addAll(unrepresentable);
    return String.join("; ", all);
  }

  /** Whether nothing is wrong but a file name that isn't Unicode. */
  boolean onlyUnrepresentable() {
    return faults.isEmpty() && !unrepresentable.isEmpty();
  }

  /** Reads a string; lone surrogates are a fault, and escaped in what is returned. */
  @Nullable String text(String name) {
    return text(name, faults);
  }

  /** Reads a string that names a file; lone surrogates make the row unrepresentable. */
  @Nullable String fileName(String name) {
    return text(name, unrepresentable);
  }

  private @Nullable String text(String name, List<String> surrogateFaults) {
    Object value = values.get(name);
    if (value instanceof byte[] bytes) {
      try {
        value = Text.decodeUtf8(bytes);
      } catch (CharacterCodingException e) {
        fault("'" + name + "' is " + e.getMessage());
        return null;
      }
    }
    if (!(value instanceof String text)) {
      wrongType(name, "a string", value);
      return null;
    }
    if (!Text.hasLoneSurrogate(text)) {
      return text;
    }
    surrogateFaults.add(
        "'" + name + "' is not valid Unicode (a lone surrogate): " + Text.quoted(text));
    return Text.escapeLoneSurrogates(text);
  }

  /** Reads true or false; false where absent. */
  boolean flag(String name) {
    Object value = values.get(name);
    if (value instanceof Boolean flag) {
      return flag;
    }
    wrongType(name, "true or false", value);
    return false;
  }

  /** Reads an integer of any size; Parquet has a larger one than decimals take as digits. */
  @Nullable BigInteger integer(String name) {
    Object value = values.get(name);
    BigInteger number = value instanceof byte[] text ? ofDigits(text) : asInteger(value);
    if (number == null) {
      wrongType(name, "an integer", value);
    }
    return number;
  }

  private static @Nullable BigInteger ofDigits(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.ISO_8859_1);
    return DIGITS.matcher(text).matches() ? new BigInteger(text) : null;
  }

  /** Reads an integer from 0 to 2^63 - 1. */
  @Nullable Long count(String name) {
    return notNegative(name, LONG_MAX, "an integer from 0 to 2^63 - 1");
  }

  /** Reads an integer from 0 to 2^64 - 1, as the bits of a long. */
  @Nullable Long unsigned(String name) {
    return notNegative(name, UNSIGNED_MAX, "an integer from 0 to 2^64 - 1");
  }

  private @Nullable Long notNegative(String name, BigInteger most, String expected) {
    Object value = values.get(name);
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    BigInteger number = asInteger(value);
    if (number == null || number.signum() < 0 || number.compareTo(most) > 0) {
      wrongType(name, expected, value);
      return null;
    }
    return number.longValue();
  }

  private static @Nullable BigInteger asInteger(@Nullable Object value) {
    if (value instanceof BigInteger number) {
      return number;
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return BigInteger.valueOf(((Number) value).longValue());
    }
    // Parquet's unsigned 64 bits come as decimals without a fraction.
    return value instanceof BigDecimal decimal && decimal.scale() == 0
        ? decimal.unscaledValue()
        : null;
  }

  /** Reads a finite number as the double that is nearest to it. */
  @Nullable Double seconds(String name) {
    Object value = values.get(name);
    Double number = null;
    if (value instanceof Double seconds) {
      number = seconds;
    } else {
      BigInteger whole = asInteger(value);
      number = whole == null ? null : whole.doubleValue();
    }
    if (number == null || !Double.isFinite(number)) {
      wrongType(name, "a finite number of seconds", value);
      return null;
    }
    return number;
  }

  private void wrongType(String name, String expected, @Nullable Object value) {
    if (value != null) {
      fault("'" + name + "' must be " + expected + ", not " + described(value));
    }
  }

  private static String described(Object value) {
    if (value instanceof String text) {
      return "the string " + Text.quoted(text);
    }
    if (value instanceof byte[] bytes) {
      return "the string " + Text.quoted(new String(bytes, StandardCharsets.UTF_8));
    }
    String shown = Text.shown(value.toString());
    return value instanceof Number ? "the number " + shown : shown;
  }
}
