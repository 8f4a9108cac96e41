package org.assetstager.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them. Sizes are in decimal units, as disks and networks are sold. */
public final class Amounts {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Amounts() {}

  /** Returns a count with its thousands apart, such as {@code 12,345}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Returns a count and its noun, such as {@code 1 row} or {@code 2 rows}. */
  public static String count(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** Returns a size such as {@code 0 B}, {@code 999 B} or {@code 1.2 GB}. */
  public static String bytes(long bytes) {
    return scaled((double) bytes);
  }

  /** Returns a throughput such as {@code 120.0 MB/s}; empty where no time passed. */
  public static String rate(long bytes, double seconds) {
    return seconds > 0 ? scaled(bytes / seconds) + "/s" : "";
  }

  private static String scaled(double bytes) {
    double value = bytes;
    int unit = 0;
    // 999.95 would be printed as 1000.0.
    while (value >= (unit == 0 ? 1000 : 999.95) && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /**
   * Returns money such as {@code 1,234.50 USD}; two places, more where it is less than a hundredth.
   */
  public static String money(BigDecimal amount, String currency) {
    BigDecimal shown = amount.setScale(2, RoundingMode.HALF_UP);
    if (shown.signum() == 0 && amount.signum() != 0) {
      shown = amount.round(new MathContext(2));
      return shown.toPlainString() + " " + currency;
    }
    return String.format(Locale.ROOT, "%,.2f %s", shown, currency);
  }

  /** Returns a time such as {@code 39s}, {@code 2m40s}, {@code 1h02m} or {@code 3d04h}. */
  public static String time(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + "s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%dm%02ds", whole / 60, whole % 60);
    }
    long hours = whole / 3600;
    return hours < 24
        ? String.format(Locale.ROOT, "%dh%02dm", hours, whole / 60 % 60)
        : String.format(Locale.ROOT, "%dd%02dh", hours / 24, hours % 24);
  }
}
