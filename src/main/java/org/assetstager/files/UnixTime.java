package org.assetstager.files;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
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

  public UnixTime {
    if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw new IllegalArgumentException("Nanoseconds are 0 to 999999999, not " + nanos);
    }
  }

  /** Returns nanoseconds since the epoch, exact for every time that there is. */
  public BigInteger toNanos() {
    long high = Math.multiplyHigh(seconds, NANOS_PER_SECOND);
    long low = seconds * NANOS_PER_SECOND;
    boolean fits = high == low >> 63 && low <= Long.MAX_VALUE - nanos;
    return fits
        ? BigInteger.valueOf(low + nanos)
        : BigInteger.valueOf(seconds)
            .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
            .add(BigInteger.valueOf(nanos));
  }

  /**
   * Returns nanoseconds since the epoch in ISO 8601, in UTC; those of no time that a file can have
   * as they are.
   */
  public static String nanosToString(BigInteger nanos) {
    BigInteger[] parts = nanos.divideAndRemainder(BigInteger.valueOf(NANOS_PER_SECOND));
    int rest = parts[1].intValue();
    BigInteger whole = rest < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    return whole.bitLength() < Long.SIZE
        ? new UnixTime(whole.longValue(), Math.floorMod(rest, (int) NANOS_PER_SECOND)).toString()
        : nanos + " ns";
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
  public static String pythonSecondsToString(double seconds) {
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
