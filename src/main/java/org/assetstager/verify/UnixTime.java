package org.assetstager.verify;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * A file's time stamp as {@code stat(2)} gives it.
 *
 * @param seconds since the epoch; negative before it
 * @param nanos 0 to 999,999,999, counted forwards also before the epoch
 */
public record UnixTime(long seconds, int nanos) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Validates the value. */
  public UnixTime {
    if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw new IllegalArgumentException("Nanoseconds are 0 to 999999999, not " + nanos);
    }
  }

  static UnixTime of(FileTime time) {
    Instant instant = time.toInstant();
    return new UnixTime(instant.getEpochSecond(), instant.getNano());
  }

  /** Splits nanoseconds since the epoch, as {@link #toNanos} joins them. */
  public static UnixTime ofNanos(long nanos) {
    return new UnixTime(
        Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, (int) NANOS_PER_SECOND));
  }

  /**
   * Returns nanoseconds since the epoch, modulo 2^64: exact from the year 1677 to 2262; outside
   * these years good for comparison only.
   */
  public long toNanos() {
    return seconds * NANOS_PER_SECOND + nanos;
  }

  /**
   * Returns the seconds since the epoch that Python's {@code os.stat} gives for this time, bit for
   * bit: {@code fill_time} of CPython's {@code posixmodule.c} computes {@code sec + 1e-9*nsec} in
   * doubles, which is not always the double nearest to the exact time.
   */
  public double toPythonSeconds() {
    return seconds + 1e-9 * nanos;
  }

  /** Returns the time in ISO 8601, in UTC. */
  @Override
  public String toString() {
    try {
      return Instant.ofEpochSecond(seconds, nanos).toString();
    } catch (DateTimeException e) {
      return seconds + " s";
    }
  }

  /**
   * Returns seconds as Python gives them in ISO 8601, with the digits of {@link Double#toString}.
   */
  static String pythonSecondsToString(double seconds) {
    try {
      BigDecimal exact = BigDecimal.valueOf(seconds);
      BigDecimal whole = exact.setScale(0, RoundingMode.FLOOR);
      return new UnixTime(
              whole.longValueExact(),
              exact.subtract(whole).movePointRight(9).setScale(0, RoundingMode.DOWN).intValue())
          .toString();
    } catch (ArithmeticException | NumberFormatException e) {
      return seconds + " s";
    }
  }
}
