package org.assetstager.report.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes over time, by phase, in at most {@link #MOST_BUCKETS} buckets: when they are used up, each
 * pair is merged into one of twice the width.
 */
final class Throughput {
  static final int MOST_BUCKETS = 512;
  private static final long FIRST_WIDTH_MILLIS = 1000;

  private final long startedAt;
  private final Map<String, double[]> bytes = new LinkedHashMap<>();
  private long widthMillis = FIRST_WIDTH_MILLIS;

  /** Begins at a time in milliseconds since the epoch. */
  Throughput(long startedAt) {
    this.startedAt = startedAt;
  }

  /** Adds what a task did, spread evenly over its time. */
  void add(String phase, long from, long to, long count) {
    if (count <= 0) {
      return;
    }
    long begin = Math.max(0, from - startedAt);
    long end = Math.max(begin + 1, to - startedAt);
    while ((end - 1) / widthMillis >= MOST_BUCKETS) {
      fold();
    }
    double[] buckets = bytes.computeIfAbsent(phase, name -> new double[MOST_BUCKETS]);
    for (long bucket = begin / widthMillis; bucket * widthMillis < end; bucket++) {
      long overlap =
          Math.min(end, (bucket + 1) * widthMillis) - Math.max(begin, bucket * widthMillis);
      buckets[(int) bucket] += (double) count * overlap / (end - begin);
    }
  }

  private void fold() {
    widthMillis *= 2;
    for (double[] buckets : bytes.values()) {
      for (int i = 0; i < MOST_BUCKETS; i++) {
        buckets[i] = 2 * i < MOST_BUCKETS ? buckets[2 * i] + buckets[2 * i + 1] : 0;
      }
    }
  }

  long widthMillis() {
    return widthMillis;
  }

  /** Returns each phase's bytes in its buckets, all of one length, up to the last with any. */
  Map<String, List<Long>> byPhase() {
    int last = 0;
    for (double[] buckets : bytes.values()) {
      for (int i = 0; i < MOST_BUCKETS; i++) {
        last = buckets[i] > 0 ? Math.max(last, i + 1) : last;
      }
    }
    Map<String, List<Long>> rounded = new LinkedHashMap<>();
    int length = last;
    bytes.forEach(
        (phase, buckets) -> {
          List<Long> values = new ArrayList<>();
          for (int i = 0; i < length; i++) {
            values.add(Math.round(buckets[i]));
          }
          rounded.put(phase, values);
        });
    return rounded;
  }
}
