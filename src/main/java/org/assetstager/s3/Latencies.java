package org.assetstager.s3;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long requests took, as numbers of requests by duration: buckets whose width is an eighth of
 * their power of two, so that a duration is known within 13 %. Safe for many threads; to record one
 * takes nanoseconds.
 */
public final class Latencies {
  /** Microseconds up to 2^36, some 19 hours; the last bucket has all longer ones. */
  public static final int BUCKETS = 8 * 35;

  private static final int STEP_BITS = 3;
  private static final int STEPS = 1 << STEP_BITS;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  Latencies() {}

  void record(long nanos) {
    counts.incrementAndGet(bucket(Math.max(0, nanos) / 1000));
  }

  /** Returns how many requests fell into each bucket since the JVM started. */
  public long[] counts() {
    long[] copy = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      copy[i] = counts.get(i);
    }
    return copy;
  }

  static int bucket(long micros) {
    if (micros < 2 * STEPS) {
      return (int) micros;
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
    int step = (int) (micros >> (exponent - STEP_BITS)) & (STEPS - 1);
    return Math.min((exponent - STEP_BITS + 1) * STEPS + step, BUCKETS - 1);
  }

  /** Returns the middle of a bucket, in microseconds. */
  public static long micros(int bucket) {
    if (bucket < 2 * STEPS) {
      return bucket;
    }
    int exponent = bucket / STEPS - 1 + STEP_BITS;
    long width = 1L << (exponent - STEP_BITS);
    return (1L << exponent) + bucket % STEPS * width + width / 2;
  }
}
