package org.assetstager.s3;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The waits of one request whose key others write to (409), a minute of them at most. "Error
 * responses" in the Amazon S3 API Reference: {@code ConditionalRequestConflict} and {@code
 * OperationAborted} ask to try again. Not safe for threads.
 */
public final class ConflictWaits {
  private static final Duration MOST = Duration.ofMinutes(1);
  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;

  private final long mostNanos;
  private long nextMillis = FIRST_MILLIS;
  private long beganNanos;
  private boolean began;

  /**
   * Begins with the first wait.
   *
   * @param patience how long all waits may take together, where that is less than a minute
   */
  public ConflictWaits(Duration patience) {
    mostNanos = (patience.compareTo(MOST) < 0 ? patience : MOST).toNanos();
  }

  /**
   * Waits, longer each time and with jitter.
   *
   * @return whether to try again; false at once where the time is over
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  public boolean await() {
    long now = System.nanoTime();
    if (!began) {
      began = true;
      beganNanos = now;
    }
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(beganNanos + mostNanos - now);
    if (leftMillis <= 0) {
      return false;
    }
    long wait = ThreadLocalRandom.current().nextLong(nextMillis / 2, nextMillis + 1);
    nextMillis = Math.min(2 * nextMillis, LONGEST_MILLIS);
    try {
      TimeUnit.MILLISECONDS.sleep(Math.min(wait, leftMillis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Waiting for others who write to a key was interrupted");
    }
    return true;
  }
}
