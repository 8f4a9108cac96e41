package org.assetstager.spark;

import java.util.concurrent.atomic.AtomicLongArray;
import org.assetstager.asset.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows and contents that the tasks of this JVM came to an end with, for metrics:
 * as they come, so what runs twice counts twice. Safe for many threads.
 */
public final class OutcomeCounts {
  private static final int OUTCOMES = Outcome.values().length;
  private static final AtomicLongArray FILES = new AtomicLongArray(OUTCOMES);
  private static final AtomicLongArray BYTES = new AtomicLongArray(OUTCOMES);

  private OutcomeCounts() {}

  /**
   * Counts one file.
   *
   * @param bytes its size, or null where that isn't known
   */
  public static void add(Outcome outcome, @Nullable Long bytes) {
    FILES.incrementAndGet(outcome.ordinal());
    BYTES.addAndGet(outcome.ordinal(), bytes == null ? 0 : bytes);
  }

  /** Returns how many files had the outcome since the JVM started. */
  public static long files(Outcome outcome) {
    return FILES.get(outcome.ordinal());
  }

  /** Returns the bytes of these files. */
  public static long bytes(Outcome outcome) {
    return BYTES.get(outcome.ordinal());
  }
}
