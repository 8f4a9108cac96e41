package org.assetstager.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns the text of one setting into a value of its type; notes what is wrong with it. */
final class ValueReader {
  private static final Duration MAX_TIMEOUT = Duration.ofHours(24);

  private final Map<String, SettingValue> values;
  private final SettingsProblems problems;

  ValueReader(Map<String, SettingValue> values, SettingsProblems problems) {
    this.values = values;
    this.problems = problems;
  }

  long size(String name, long min, long max) {
    String expected =
        max == Long.MAX_VALUE
            ? "a size such as 1GiB"
            : "a size from " + Units.size(min) + " to " + Units.size(max) + ", such as 16MiB";
    return required(name, expected, min, text -> Formats.inRange(Units.parseSize(text), min, max));
  }

  Duration timeout(String name) {
    return required(
        name,
        "a duration with its unit, from 1ms to 24h, such as 5s",
        MAX_TIMEOUT,
        text -> {
          Duration duration = Units.parseDuration(Formats.withUnit(text));
          Formats.inRange(duration.toMillis(), 1, MAX_TIMEOUT.toMillis());
          return duration.truncatedTo(ChronoUnit.MILLIS);
        });
  }

  boolean onOrOff(String name) {
    return required(name, "on or off", false, Formats::onOrOff);
  }

  <E extends Enum<E>> E choice(String name, Class<E> type) {
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
  <T> T required(String name, String expected, T ifWrong, Function<String, T> parser) {
    T value = optional(name, expected, parser);
    if (value != null) {
      return value;
    }
    unexpected(name, value(name), expected);
    return ifWrong;
  }

  /** Returns the value, or null if it is null or wrong, which is noted. */
  <T> @Nullable T optional(String name, String expected, Function<String, T> parser) {
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

  SettingValue value(String name) {
    return Objects.requireNonNull(
        values.get(SettingNames.full(name)), () -> name + " is not in reference.conf");
  }

  void unexpected(String name, SettingValue setting, String expected) {
    problems.addUnexpected(SettingNames.full(name), setting, expected);
  }
}
