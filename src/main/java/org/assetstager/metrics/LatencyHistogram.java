package org.assetstager.metrics;

import com.codahale.metrics.ExponentiallyDecayingReservoir;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.WeightedSnapshot;
import com.codahale.metrics.WeightedSnapshot.WeightedSample;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.assetstager.s3.Latencies;

/**
 * Durations in microseconds, as Spark's metrics system shows them: the number of all since the
 * application started, and the distribution of the last minute's. It adds them bucket by bucket, so
 * it can represent a thousand executors. Safe for many threads.
 */
final class LatencyHistogram extends Histogram {
  private static final long WINDOW_NANOS = 60_000_000_000L;

  private final LongSupplier clock;
  private final Deque<Batch> recent = new ArrayDeque<>();
  private long count;

  /** What came in at one time. */
  private static final class Batch {
    private final long atNanos;
    private final long[] counts;

    Batch(long atNanos, long[] counts) {
      this.atNanos = atNanos;
      this.counts = counts;
    }
  }

  /** Makes an empty one. */
  LatencyHistogram() {
    this(System::nanoTime);
  }

  LatencyHistogram(LongSupplier clock) {
    // Never asked.
    super(new ExponentiallyDecayingReservoir());
    this.clock = clock;
  }

  /** Adds requests by the bucket of their duration. */
  synchronized void add(long[] counts) {
    long more = 0;
    for (long bucket : counts) {
      more += bucket;
    }
    if (more > 0) {
      count += more;
      recent.add(new Batch(clock.getAsLong(), counts.clone()));
      forgetOld();
    }
  }

  private void forgetOld() {
    long now = clock.getAsLong();
    while (!recent.isEmpty() && now - recent.getFirst().atNanos > WINDOW_NANOS) {
      recent.removeFirst();
    }
  }

  @Override
  public synchronized long getCount() {
    return count;
  }

  @Override
  public synchronized Snapshot getSnapshot() {
    forgetOld();
    List<WeightedSample> samples = new ArrayList<>();
    for (int bucket = 0; bucket < Latencies.BUCKETS; bucket++) {
      long sum = 0;
      for (Batch batch : recent) {
        sum += batch.counts[bucket];
      }
      if (sum > 0) {
        samples.add(new WeightedSample(Latencies.micros(bucket), sum));
      }
    }
    return new WeightedSnapshot(samples);
  }
}
