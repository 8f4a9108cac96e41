package org.assetstager.upload;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.assetstager.settings.UploadSettings;

/**
 * Limits the memory for the bodies of a task, so that many small contents can be sent at the same
 * time as a few large ones. Safe for many threads.
 */
final class BodyBudget {
  private static final long UNIT_BYTES = 1 << 10;

  private final UploadSettings limits;
  private final Semaphore units;

  /**
   * Makes a budget.
   *
   * @param buffers of {@code upload.part-size} that may be in use at a time; at least as many as
   *     {@link TaskLimits#partsAtOnce} has parts
   */
  BodyBudget(UploadSettings limits, int buffers) {
    this.limits = limits;
    this.units = new Semaphore(buffers * unitsOf(limits.partSizeBytes()), true);
  }

  private static int unitsOf(long bytes) {
    return Math.toIntExact(Math.max(1, (bytes + UNIT_BYTES - 1) / UNIT_BYTES));
  }

  /**
   * Does the work when there is memory for it.
   *
   * @param sizeBytes of the content
   * @throws CancellationException if the thread is interrupted while it waits
   */
  <T> T within(long sizeBytes, Supplier<T> work) {
    int taken = unitsOf(bufferedBytes(sizeBytes));
    try {
      units.acquire(taken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Waiting for memory to upload was interrupted");
    }
    try {
      return work.get();
    } finally {
      units.release(taken);
    }
  }

  private long bufferedBytes(long sizeBytes) {
    if (sizeBytes < BufferPool.LEAST_POOLED_BYTES) {
      return sizeBytes;
    }
    // As BufferPool takes for it; the parts of a content that has some take the most.
    long most = TaskLimits.partsAtOnce(sizeBytes, limits) * limits.partSizeBytes();
    return Math.max(limits.partSizeBytes(), Math.min(sizeBytes, most));
  }
}
