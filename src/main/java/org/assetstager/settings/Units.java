package org.assetstager.settings;

import java.time.Duration;
import java.util.Locale;

/** Writes values as a settings file has them, exactly. */
final class Units {
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

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
}
