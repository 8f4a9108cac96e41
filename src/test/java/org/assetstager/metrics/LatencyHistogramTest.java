package org.assetstager.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assetstager.s3.Latencies;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong();
  private final LatencyHistogram histogram = new LatencyHistogram(now::get);

  private static long[] requests(long micros, long count) {
    int bucket =
        IntStream.range(0, Latencies.BUCKETS)
            .filter(b -> Latencies.micros(b) >= micros)
            .findFirst()
            .orElseThrow();
    long[] counts = new long[Latencies.BUCKETS];
    counts[bucket] = count;
    return counts;
  }

  @Test
  void getSnapshot_nothing_isZero() {
    assertThat(histogram.getCount()).isZero();
    assertThat(histogram.getSnapshot().getMax()).isZero();
    assertThat(histogram.getSnapshot().getMedian()).isZero();
  }

  @Test
  void getSnapshot_manyExecutors_areOneDistribution() {
    histogram.add(requests(1_000, 90));
    histogram.add(requests(100_000, 10));

    assertThat(histogram.getCount()).isEqualTo(100);
    assertThat(histogram.getSnapshot().getMedian()).isCloseTo(1_000, within(130.0));
    assertThat(histogram.getSnapshot().get99thPercentile()).isCloseTo(100_000, within(13_000.0));
    assertThat(histogram.getSnapshot().getMean()).isCloseTo(10_900, within(1_400.0));
  }

  @Test
  void getSnapshot_olderThanAMinute_countsOnInTheNumberOnly() {
    histogram.add(requests(100_000, 5));
    now.set(61 * SECOND);
    histogram.add(requests(1_000, 1));

    assertThat(histogram.getCount()).isEqualTo(6);
    assertThat(histogram.getSnapshot().getMax()).isLessThan(1_200);
  }
}
