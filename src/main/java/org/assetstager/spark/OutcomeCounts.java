package org.assetstager.spark;

import static java.util.Objects.requireNonNull;

import com.google.common.math.LongMath;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAccumulator;
import org.assetstager.asset.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of the rows and contents that tasks of this JVM have finished, for metrics. A task
 * that runs twice counts twice. Safe for many threads.
 */
public final class OutcomeCounts {
  private static final Map<Outcome, LongAccumulator> FILES = adders();
  private static final Map<Outcome, LongAccumulator> BYTES = adders();

  private OutcomeCounts() {}

  private static Map<Outcome, LongAccumulator> adders() {
    Map<Outcome, LongAccumulator> adders = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      adders.put(outcome, new LongAccumulator(LongMath::saturatedAdd, 0));
    }
    return adders;
  }

  /**
   * Counts one file.
   *
   * @param bytes its size, or null where that isn't known
   */
  public static void add(Outcome outcome, @Nullable Long bytes) {
    requireNonNull(FILES.get(outcome)).accumulate(1);
    requireNonNull(BYTES.get(outcome)).accumulate(bytes == null ? 0 : bytes);
  }

  /** Returns how many files had the outcome since the JVM started. */
  public static long files(Outcome outcome) {
    return requireNonNull(FILES.get(outcome)).get();
  }

  /** Returns the bytes of these files. */
  public static long bytes(Outcome outcome) {
    return requireNonNull(BYTES.get(outcome)).get();
  }
}
