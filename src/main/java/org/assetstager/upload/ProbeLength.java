package org.assetstager.upload;

/**
 * How long the bodies are that a thread sends: they grow up to the length of a part, unless one
 * would take too much of the time. Then the bandwidth is the limit, and it is the same for shorter
 * bodies. For one thread.
 */
final class ProbeLength {
  private static final int FIRST_BYTES = 64 << 10;
  private static final int GROWTH = 4;

  /** Of the time, so that each thread sends a few bodies. */
  private static final double MOST_SHARE = 0.25;

  private final int most;
  private final double mostNanos;
  private int bytes;
  private long nanosBefore;
  private int bytesBefore;
  private boolean warm;
  private boolean settled;

  /**
   * Begins with a short one.
   *
   * @param most bytes, at least 1
   * @param windowNanos how long the thread sends
   */
  ProbeLength(int most, long windowNanos) {
    this.most = most;
    this.mostNanos = windowNanos * MOST_SHARE;
    this.bytes = Math.min(FIRST_BYTES, most);
  }

  /** Returns how long the next body is. */
  int bytes() {
    return bytes;
  }

  /** Whether the bodies grow no more. */
  boolean settled() {
    return settled;
  }

  /** Takes how long the last body took. */
  void took(long nanos) {
    if (settled || !warm) {
      // The first body waits for its connection to be opened.
      warm = true;
      return;
    }
    int next = (int) Math.min(most, (long) bytes * GROWTH);
    // What a body takes besides its bytes, such as the way to the store, doesn't grow with it.
    double nanosOfByte =
        bytesBefore == 0 ? 0 : (double) Math.max(0, nanos - nanosBefore) / (bytes - bytesBefore);
    settled = bytes == most || nanos + nanosOfByte * (next - bytes) > mostNanos;
    nanosBefore = nanos;
    bytesBefore = bytes;
    bytes = settled ? bytes : next;
  }
}
