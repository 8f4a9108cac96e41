package org.assetstager.upload;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers for bodies. Large ones are kept and used again, since clearing new memory costs as much
 * as copying; there are never more of them than were in use at one time.
 */
final class BufferPool {
  /** Smaller ones are cheap to make. */
  static final int LEAST_POOLED_BYTES = 1 << 20;

  /** What virtual machines make at most. */
  static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final int bufferBytes;
  private final Queue<byte[]> free = new ConcurrentLinkedQueue<>();

  BufferPool(int bufferBytes) {
    this.bufferBytes = bufferBytes;
  }

  /** Returns the length of a buffer that is kept. */
  int bufferBytes() {
    return bufferBytes;
  }

  /**
   * Returns the largest length that {@link #take} has: what a content that goes in one request
   * takes at most.
   */
  int mostBytes() {
    return (int) Math.min((long) TaskLimits.PARTS_IN_FLIGHT * bufferBytes, LARGEST_ARRAY);
  }

  /** Returns a buffer of at least this length, with any content. */
  byte[] take(int length) {
    if (length < LEAST_POOLED_BYTES || length > bufferBytes) {
      return new byte[length];
    }
    byte[] buffer = free.poll();
    return buffer == null ? new byte[bufferBytes] : buffer;
  }

  /** Gives back what {@link #take} returned. */
  void give(byte[] buffer) {
    if (buffer.length == bufferBytes) {
      free.add(buffer);
    }
  }
}
