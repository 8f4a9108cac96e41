package org.assetstager.s3;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.spark.Daemons;
import org.assetstager.spark.LiveCounts;
import org.jspecify.annotations.Nullable;

/**
 * Brings the requests that executors count to the driver. Requests of a task that runs twice were
 * sent twice, so they count twice: Spark drops what a failed task adds, so the next task of that
 * JVM tells it. Those of an executor that dies are missing.
 */
public final class RequestTotals implements Serializable {
  /** How often a task's requests are added while it runs, for who watches. */
  private static final long ADDED_MILLIS = 1000;

  private static final ScheduledExecutorService TIMER = Daemons.timer("request-totals");

  /** How many tasks run in this JVM that add what it sends to their totals. */
  private static final AtomicInteger RUNNING_TASKS = new AtomicInteger();

  private final EnumMap<S3Request, LongAccumulator> totals = new EnumMap<>(S3Request.class);
  private final LongAccumulator retries;

  /** Sent by the driver itself, which has no task to add them; null on executors. */
  private final transient @Nullable EnumMap<S3Request, Long> ofDriver =
      new EnumMap<>(S3Request.class);

  private transient long retriesOfDriver;

  /**
   * What this JVM had sent before, if all executors are in this JVM, which then knows at any time
   * what was sent; else null.
   */
  private transient @Nullable Map<S3Request, Long> before;

  /** Of the task that this was sent to. */
  private boolean ended;

  public RequestTotals(SparkContext context) {
    for (S3Request kind : S3Request.values()) {
      totals.put(kind, context.longAccumulator("requests " + kind));
    }
    retries = context.longAccumulator("retries");
    before = context.isLocal() ? RequestCounts.drained() : null;
  }

  /** Adds what this JVM sends while the running task runs, and all by its end, however it ends. */
  public void addWhenTaskEnds() {
    RUNNING_TASKS.incrementAndGet();
    Future<?> adding =
        TIMER.scheduleAtFixedRate(this::add, ADDED_MILLIS, ADDED_MILLIS, TimeUnit.MILLISECONDS);
    TaskContext.get()
        .addTaskCompletionListener(
            (TaskCompletionListener)
                task -> {
                  adding.cancel(false);
                  try {
                    end(task.isFailed());
                  } finally {
                    RUNNING_TASKS.decrementAndGet();
                  }
                });
  }

  private synchronized void end(boolean failed) {
    if (ended) {
      return;
    }
    if (failed) {
      totals.forEach((kind, total) -> RequestCounts.giveBack(kind, total.value()));
      RequestCounts.giveBackRetries(retries.value());
    } else {
      add();
    }
    ended = true;
  }

  /** Adds what this JVM has sent since the last time. */
  public synchronized void add() {
    if (ended) {
      // The timer had begun to.
      return;
    }
    RequestCounts.drain().forEach((kind, count) -> total(S3Request.valueOf(kind)).add(count));
    retries.add(RequestCounts.drainRetries());
  }

  /**
   * Adds what the driver's JVM has sent since the last time, on the driver: that is what it sent
   * itself and, in local mode, what a failed task has left to a next one.
   */
  public synchronized void addOfDriver() {
    EnumMap<S3Request, Long> sums = Objects.requireNonNull(ofDriver);
    RequestCounts.drain()
        .forEach((kind, count) -> sums.merge(S3Request.valueOf(kind), count, Long::sum));
    retriesOfDriver += RequestCounts.drainRetries();
  }

  /**
   * As {@link #addOfDriver}, but does nothing while tasks run in this JVM: they add what they have
   * sent themselves, so that their stage's page in Spark's UI shows it.
   */
  public void addOfIdleDriver() {
    if (RUNNING_TASKS.get() == 0) {
      addOfDriver();
    }
  }

  /** Forgets what this JVM has sent so far. */
  public static void forget() {
    RequestCounts.drain();
    RequestCounts.drainRetries();
  }

  /** Begins at zero, on the driver, before the first task. */
  public synchronized void begin() {
    forget();
    before = before == null ? null : RequestCounts.drained();
  }

  /** Returns the attempts after the first ones of their requests, of tasks that have ended. */
  public synchronized long retries() {
    return retries.value() + retriesOfDriver;
  }

  /** Returns the attempts after the first ones of their requests, with those of running tasks. */
  public synchronized long retries(LiveCounts live) {
    return live.of(retries) + retriesOfDriver;
  }

  /**
   * Returns the requests by kind, as far as executors have told by tasks that have ended; kinds
   * without any are left out.
   */
  public synchronized Map<String, Long> byKind() {
    return nonZero(kind -> total(kind).value() + ofDriver(kind));
  }

  /**
   * As {@link #byKind()}, with the requests of running tasks: all of them if the executor is in
   * this JVM, else those that executors have reported so far.
   *
   * @param live counts of running tasks, or null where none run
   */
  public synchronized Map<String, Long> soFar(@Nullable LiveCounts live) {
    Map<S3Request, Long> earlier = before;
    if (earlier != null) {
      return nonZero(kind -> RequestCounts.requests(kind) - earlier.getOrDefault(kind, 0L));
    }
    return live == null ? byKind() : nonZero(kind -> live.of(total(kind)) + ofDriver(kind));
  }

  private long ofDriver(S3Request kind) {
    return Objects.requireNonNull(ofDriver).getOrDefault(kind, 0L);
  }

  private static Map<String, Long> nonZero(ToLongFunction<S3Request> counter) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (S3Request kind : S3Request.values()) {
      long count = counter.applyAsLong(kind);
      if (count > 0) {
        counts.put(kind.name(), count);
      }
    }
    return counts;
  }

  private LongAccumulator total(S3Request kind) {
    return Objects.requireNonNull(totals.get(kind));
  }
}
