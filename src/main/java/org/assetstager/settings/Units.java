package org.assetstager.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiFunction;

/** Reads and writes values in the form of a settings file, exactly. */
public final class Units {
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  /** Of a value that is read alone. */
  private static final String KEY = "value";

  private Units() {}

  /** Returns a size in the largest unit that divides it, such as {@code 16MiB}. */
  static String size(long bytes) {
    int unit = 0;
    long number = bytes;
    while (number != 0 && number % 1024 == 0 && unit < SIZES.length - 1) {
      number /= 1024;
      unit++;
    }
    return number + SIZES[unit];
  }

  /**
   * Returns a duration in the largest unit that divides it, such as {@code 15m}; milliseconds at
   * least.
   */
  static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  /** Returns the word for a constant, such as {@code when-required}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns {@code on} or {@code off}. */
  static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  /**
   * Returns the bytes of a size such as {@code 16MiB}; as HOCON has it, a number alone is bytes.
   *
   * @throws IllegalArgumentException if it is none
   */
  static long parseSize(String text) {
    return convert(text, Config::getBytes);
  }

  /**
   * Returns the duration of a text such as {@code 5s}; as HOCON has it, a number alone is
   * milliseconds.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Duration parseDuration(String text) {
    return convert(text, Config::getDuration);
  }

  private static <T> T convert(String text, BiFunction<Config, String, T> getter) {
    try {
      return getter.apply(ConfigValueFactory.fromAnyRef(text).atKey(KEY), KEY);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
