package org.assetstager.limits;

/**
 * Leases tokens at a rate. Each lease has its own stretch of time, one after the other, so that
 * those who ask are served in their order and none has to ask twice.
 *
 * <p>In any 10 seconds at most 1.1 times the rate is sent: leases of that time, of {@link
 * Lease#VALID_NANOS} before it, of {@link #SAVED_NANOS} and one of {@link #LEASE_SECONDS} come to
 * 10.55 seconds' worth. Not safe for many threads.
 */
final class TokenBucket {
  /** Unused tokens can be used later, up to this amount, because threads may wake late. */
  static final long SAVED_NANOS = 100_000_000;

  /** Most of the rate that one lease takes; at least one token. */
  static final double LEASE_SECONDS = 0.05;

  private static final double NANOS = 1e9;

  private long nextNanos;

  /** Starts with nothing saved. */
  TokenBucket(long nowNanos) {
    nextNanos = nowNanos;
  }

  /**
   * Leases up to the wanted tokens.
   *
   * @param perSecond above 0; may differ from call to call
   */
  Lease lease(long nowNanos, double perSecond, long wanted) {
    long most = Math.max(1, (long) (perSecond * LEASE_SECONDS));
    long tokens = Math.min(Math.max(1, wanted), most);
    nextNanos = Math.max(nextNanos, nowNanos - SAVED_NANOS);
    long delay = Math.max(0, nextNanos - nowNanos);
    nextNanos += (long) Math.ceil(tokens / perSecond * NANOS);
    return new Lease(tokens, delay);
  }
}
