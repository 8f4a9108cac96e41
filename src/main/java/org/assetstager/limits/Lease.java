package org.assetstager.limits;

/**
 * Permission to send.
 *
 * @param tokens requests or bytes, at least 1; {@link #UNLIMITED} where there is no limit now
 * @param delayNanos from the question until they may be sent, not negative
 */
public record Lease(long tokens, long delayNanos) {
  /** As many as one likes, for {@link #UNLIMITED_NANOS}. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Where there is no limit, an executor reports this often, and hears of a new one as soon. */
  public static final long UNLIMITED_NANOS = 1_000_000_000;

  /**
   * What isn't sent this long after it might have been is void. Without that, a thousand executors
   * could save up leases and use them all at one time.
   */
  public static final long VALID_NANOS = 400_000_000;

  static Lease unlimited() {
    return new Lease(UNLIMITED, 0);
  }

  /** Returns when it ends, after the question. */
  long endNanos() {
    return tokens == UNLIMITED ? UNLIMITED_NANOS : delayNanos + VALID_NANOS;
  }

  long[] toMessage() {
    return new long[] {tokens, delayNanos};
  }

  static Lease ofMessage(long[] message) {
    return new Lease(message[0], message[1]);
  }
}
