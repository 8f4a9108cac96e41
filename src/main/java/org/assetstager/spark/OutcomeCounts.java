package org.assetstager.spark;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.assetstager.asset.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows and contents that the tasks of this JVM came to an end with, for metrics:
 * as they come, so what runs twice counts twice. Safe for many threads.
 */
public final class OutcomeCounts {
  private static final Map<Outcome, LongAdder> FILES = adders();
  private static final Map<Outcome, LongAdder> BYTES = adders();

  private OutcomeCounts() {}

  private static Map<Outcome, LongAdder> adders() {
    Map<Outcome, LongAdder> adders = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      adders.put(outcome, new LongAdder());
    }
    return adders;
  }

  /**
   * Counts one file.
   *
   * @param bytes its size, or null where that isn't known
   */
  public static void add(Outcome outcome, @Nullable Long bytes) {
    requireNonNull(FILES.get(outcome)).increment();
    requireNonNull(BYTES.get(outcome)).add(bytes == null ? 0 : bytes);
  }

  /** Returns how many files had the outcome since the JVM started. */
  public static long files(Outcome outcome) {
    return requireNonNull(FILES.get(outcome)).sum();
  }

  /** Returns the bytes of these files. */
  public static long bytes(Outcome outcome) {
    return requireNonNull(BYTES.get(outcome)).sum();
  }
}
