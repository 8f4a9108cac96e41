package org.assetstager.limits;

/**
 * The rate of requests that the store can take, learnt from its answers: it is cut by the share of
 * requests that were refused, at most by half and once a second, and recovers gradually. Not safe
 * for many threads.
 *
 * <pre>
 * refused in the last second | rate
 * half or more               | cut by half
 * more than 5 %              | cut by their share; then up by 1/60 of the rate of the first cut
 * up to 5 %                  | below the rate of the first cut: up by 1/60 of that
 *                            | above: up by 10 %; no limit where less than half of it is used
 * </pre>
 */
final class SlowDown {
  /** No limit. */
  static final double NONE = Double.POSITIVE_INFINITY;

  /** A store that refuses even this many requests a second is down: no use in waiting longer. */
  static final double LEAST_PER_SECOND = 10;

  /** Fewer refusals are left to the retries of single requests. */
  private static final double TOLERATED_SHARE = 0.05;

  private static final double MOST_CUT = 0.5;
  private static final double RECOVERY_SECONDS = 60;
  private static final double GROWTH = 1.1;
  private static final double NANOS = 1e9;
  private static final long INTERVAL_NANOS = 1_000_000_000;

  private long intervalStart;
  private long sent;
  private long refused;
  private double perSecond = NONE;
  private double knee = NONE;

  SlowDown(long nowNanos) {
    intervalStart = nowNanos;
  }

  /** Returns the rate that holds now, {@link #NONE} for no limit. */
  double perSecond() {
    return perSecond;
  }

  /**
   * Takes in what an executor reports.
   *
   * @return whether the rate was cut
   */
  boolean report(long nowNanos, long moreSent, long moreRefused) {
    sent += moreSent;
    refused += moreRefused;
    long elapsed = nowNanos - intervalStart;
    if (elapsed < INTERVAL_NANOS) {
      return false;
    }
    double seconds = elapsed / NANOS;
    double used = Math.max(sent, refused) / seconds;
    double share = refused == 0 ? 0 : refused / (double) Math.max(sent, refused);
    intervalStart = nowNanos;
    sent = 0;
    refused = 0;
    if (perSecond == NONE && share > TOLERATED_SHARE) {
      knee = used;
      perSecond = Math.max(LEAST_PER_SECOND, used * (1 - Math.min(MOST_CUT, share)));
    } else if (share >= MOST_CUT) {
      perSecond = Math.max(LEAST_PER_SECOND, perSecond * (1 - MOST_CUT));
    } else if (share > TOLERATED_SHARE) {
      // Recovering as well, or refusals at random would end at the least rate.
      perSecond = Math.max(LEAST_PER_SECOND, perSecond * (1 - share) + step(seconds));
    } else {
      recover(used, seconds);
    }
    return share > TOLERATED_SHARE;
  }

  private double step(double seconds) {
    return Math.max(1, knee / RECOVERY_SECONDS) * seconds;
  }

  private void recover(double used, double seconds) {
    if (perSecond == NONE) {
      return;
    }
    if (perSecond < knee) {
      perSecond += step(seconds);
    } else if (used < perSecond / 2) {
      perSecond = NONE;
    } else {
      perSecond *= Math.pow(GROWTH, seconds);
    }
  }
}
