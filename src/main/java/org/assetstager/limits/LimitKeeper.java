package org.assetstager.limits;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.assetstager.limits.LeaseQuestion.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side: answers the questions of executors, and never waits. Safe for many threads.
 *
 * <p>Requests go at the rate of the settings or the one that the store can take, whichever is less;
 * bytes at that of the settings.
 */
public final class LimitKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LimitKeeper.class);
  private static final long LOG_NANOS = 10_000_000_000L;

  private final LongSupplier clock;
  private final Map<Resource, TokenBucket> buckets = new EnumMap<>(Resource.class);
  private final Map<Resource, Double> current = new EnumMap<>(Resource.class);
  private final SlowDown slowDown;
  private long nextLogNanos;

  /** Keeps time by the JVM's clock. */
  public LimitKeeper() {
    this(System::nanoTime);
  }

  /**
   * Keeps time by a clock.
   *
   * @param clock nanoseconds since any moment
   */
  LimitKeeper(LongSupplier clock) {
    this.clock = clock;
    long now = clock.getAsLong();
    this.slowDown = new SlowDown(now);
    this.nextLogNanos = now;
  }

  /** Answers a message of {@link ClusterLimits}. */
  public synchronized long[] answer(long[] message) {
    if (message.length == 0) {
      return new long[] {System.currentTimeMillis()};
    }
    return answer(LeaseQuestion.ofMessage(message)).toMessage();
  }

  synchronized Lease answer(LeaseQuestion question) {
    long now = clock.getAsLong();
    double perSecond = question.limitPerSecond() == 0 ? SlowDown.NONE : question.limitPerSecond();
    if (question.resource() == Resource.REQUESTS) {
      if (slowDown.report(now, question.sent(), question.refused())) {
        logCut(now);
      }
      perSecond = Math.min(perSecond, slowDown.perSecond());
    }
    current.put(question.resource(), perSecond);
    return perSecond == SlowDown.NONE
        ? Lease.unlimited()
        : buckets
            .computeIfAbsent(question.resource(), r -> new TokenBucket(now))
            .lease(now, perSecond, question.wanted());
  }

  /** Returns how many a second the last answer was for; infinite where there is no limit. */
  public synchronized double perSecond(Resource resource) {
    return current.getOrDefault(resource, SlowDown.NONE);
  }

  private void logCut(long now) {
    if (now - nextLogNanos >= 0) {
      nextLogNanos = now + LOG_NANOS;
      LOG.warn(
          "S3 asks to slow down: the job continues with {} requests a second",
          Math.round(slowDown.perSecond()));
    }
  }
}
