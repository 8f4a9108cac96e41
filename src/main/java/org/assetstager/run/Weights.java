package org.assetstager.run;

import com.google.common.math.LongMath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The weight of work, in bytes; see "Data flow" in design.md. */
public final class Weights {
  /** What a file costs beside its bytes: about what is read in the time of its opening. */
  public static final long OF_FILE = 128L << 10;

  /** No row weighs more: a wrong size in a manifest must not starve the other tasks. */
  private static final long MOST_OF_ROW = 64L << 40;

  /** Less is not worth a task of its own. */
  private static final long LEAST_TARGET = 64L << 20;

  /** A few minutes' work: what a crash of the whole job may cost each task. */
  private static final long MOST_TARGET = 16L << 30;

  /** Enough that a slow task doesn't keep the others waiting at the end. */
  private static final int TASKS_PER_CORE = 8;

  /** Seconds of a core's work. */
  public static final long MOST_OF_UNDIGESTED = 1L << 30;

  private Weights() {}

  /**
   * Returns the weight of a row.
   *
   * @param size bytes of its file, or null
   * @param read whether the file is read
   */
  public static long ofFile(@Nullable Long size, boolean read) {
    return OF_FILE + (read && size != null ? Math.min(size, MOST_OF_ROW) : 0);
  }

  /** Returns the bytes of the files that work files name. */
  public static long bytes(List<StepFile> work) {
    return work.stream()
        .mapToLong(file -> Math.max(0, file.weight() - file.rows() * OF_FILE))
        .reduce(0, LongMath::saturatedAdd);
  }

  /** Returns what a work file may weigh before the next one is begun. */
  public static long target(long allBytes, int cores) {
    return Math.min(Math.max(allBytes / TASKS_PER_CORE / cores, LEAST_TARGET), MOST_TARGET);
  }
}
