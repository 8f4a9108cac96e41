package org.assetstager.audit;

import com.google.common.base.Throwables;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.spark.Daemons;

/**
 * When to stop, by the clocks of driver and executors.
 *
 * @param endsAtMillis milliseconds since the epoch
 */
public record TimeLimit(long endsAtMillis) implements Serializable {
  /** None. */
  public static final TimeLimit NONE = new TimeLimit(Long.MAX_VALUE);

  /** How long requests under way may still take. The command then ends in less than ten seconds. */
  private static final long GRACE_MILLIS = 5_000;

  /** A phase may be several jobs. */
  private static final long AGAIN_MILLIS = 500;

  /** Begins now. */
  public static TimeLimit of(Duration time) {
    return new TimeLimit(System.currentTimeMillis() + time.toMillis());
  }

  /** Whether nothing more may be begun. */
  boolean isOver() {
    return System.currentTimeMillis() >= endsAtMillis;
  }

  /** Says that something was given up, because it took too long after the end. */
  static final class OverException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OverException() {
      super("The time is over");
    }
  }

  /**
   * Makes sure that what is under way may go on.
   *
   * @throws OverException if the end was too long ago
   */
  void requireTime() {
    if (System.currentTimeMillis() - GRACE_MILLIS >= endsAtMillis) {
      throw new OverException();
    }
  }

  /** Whether jobs failed because they were cancelled, or gave up by themselves. */
  private static boolean isOver(Exception failure) {
    return Throwables.getCausalChain(failure).stream()
        .map(String::valueOf)
        .anyMatch(
            text ->
                text.contains(OverException.class.getName())
                    || text.toLowerCase(Locale.ROOT).contains("cancelled"));
  }

  /**
   * Runs jobs on the driver, and cancels them where they go on for too long after the end.
   *
   * @return empty where they were cancelled
   */
  <T> Optional<T> run(JavaSparkContext spark, Supplier<T> jobs) {
    if (endsAtMillis == Long.MAX_VALUE) {
      return Optional.of(jobs.get());
    }
    String tag = "time-limit-" + UUID.randomUUID();
    AtomicBoolean cancelled = new AtomicBoolean();
    ScheduledExecutorService timer = Daemons.timer("time-limit");
    Runnable cancel =
        () -> {
          cancelled.set(true);
          spark.cancelJobsWithTag(tag);
        };
    long left = Math.max(0, endsAtMillis + GRACE_MILLIS - System.currentTimeMillis());
    spark.addJobTag(tag);
    ScheduledFuture<?> alarm =
        timer.scheduleWithFixedDelay(cancel, left, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    try {
      return Optional.of(jobs.get());
    } catch (Exception e) {
      if (cancelled.get() && isOver(e)) {
        return Optional.empty();
      }
      throw e;
    } finally {
      alarm.cancel(true);
      timer.shutdownNow();
      spark.removeJobTag(tag);
    }
  }
}
