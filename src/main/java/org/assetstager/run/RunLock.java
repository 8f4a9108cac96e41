package org.assetstager.run;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * Lets one live driver work on a run at a time. The holder rewrites the file {@code lock} in the
 * run's folder every few seconds; a lock that nobody rewrites is taken over. No clocks are
 * compared.
 */
public final class RunLock implements AutoCloseable {
  private static final String FILE = "lock";
  private static final long BEAT_SECONDS = 5;

  /** Longer than it takes from finding no lock to having written one. */
  private static final long SETTLING_SECONDS = 1;

  private static final int MOST_READS = 3;

  /** Several beats, so that a slow disk doesn't cost a live driver its lock. */
  private static final long PATIENCE_SECONDS = 6 * BEAT_SECONDS;

  /**
   * What the lock file holds.
   *
   * @param beat grows while the holder lives
   */
  record Holder(String host, long pid, String token, long beat) {}

  private final RunFolder folder;
  private final String token = UUID.randomUUID().toString();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread heart;

  private RunLock(RunFolder folder) {
    this.folder = folder;
    this.heart = new Thread(this::beatUntilClosed, "run-lock");
    heart.setDaemon(true);
  }

  /**
   * Takes the lock of a run.
   *
   * @throws JobFailure naming the holder's host, if another driver holds it
   */
  public static RunLock take(RunFolder folder) {
    Holder before = read(folder);
    if (before != null && lives(folder, before)) {
      throw heldBy(folder, before);
    }
    RunLock lock = new RunLock(folder);
    lock.write(0);
    // Two drivers may have found no live lock at the same time: the one that wrote last has it.
    await(lock.closed, SETTLING_SECONDS);
    Holder now = read(folder);
    if (now == null || !now.token().equals(lock.token)) {
      throw heldBy(folder, now == null ? lock.holder(0) : now);
    }
    lock.heart.start();
    return lock;
  }

  private static JobFailure heldBy(RunFolder folder, Holder holder) {
    return JobFailure.system(
        "Another driver, process "
            + holder.pid()
            + " on host "
            + holder.host()
            + ", is working on the run in "
            + folder.location(),
        "Wait for it or stop it, or start a run with another run id");
  }

  private static boolean lives(RunFolder folder, Holder holder) {
    if (holder.host().equals(host())) {
      return ProcessHandle.of(holder.pid()).filter(ProcessHandle::isAlive).isPresent();
    }
    for (long waited = 0; waited < PATIENCE_SECONDS; waited += BEAT_SECONDS) {
      await(new CountDownLatch(1), BEAT_SECONDS);
      Holder now = read(folder);
      if (now == null) {
        return false;
      }
      if (!now.equals(holder)) {
        return true;
      }
    }
    return false;
  }

  private void beatUntilClosed() {
    for (long beat = 1; !await(closed, BEAT_SECONDS); beat++) {
      write(beat);
    }
  }

  private void write(long beat) {
    folder.writeJson(FILE, holder(beat));
  }

  private Holder holder(long beat) {
    return new Holder(host(), ProcessHandle.current().pid(), token, beat);
  }

  /** Reads the lock, which its holder may be writing at this moment; null where there is none. */
  private static @Nullable Holder read(RunFolder folder) {
    for (int tries = 1; ; tries++) {
      try {
        return folder.readJson(FILE, Holder.class).orElse(null);
      } catch (JobFailure e) {
        if (tries == MOST_READS) {
          throw e;
        }
        await(new CountDownLatch(1), 1);
      }
    }
  }

  private static boolean await(CountDownLatch latch, long seconds) {
    try {
      return latch.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    closed.countDown();
    try {
      heart.join(TimeUnit.SECONDS.toMillis(BEAT_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    folder.delete(FILE);
  }
}
