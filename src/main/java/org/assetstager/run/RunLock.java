package org.assetstager.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;
import org.assetstager.spark.Daemons;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one live driver work on a run at a time. The holder rewrites the file {@code lock} in the
 * run's folder every few seconds; a lock that nobody rewrites for half a minute is taken over, and
 * one whose holder has ended for certain at once. No clocks are compared. A free lock is taken at
 * once where the file system can make a file in one step, and after a moment elsewhere.
 */
public final class RunLock implements AutoCloseable {
  private static final String FILE = "lock";
  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final int MOST_READS = 3;

  /** Longer than it takes to put a file in the place of another. */
  private static final Duration READ_AGAIN_AFTER = Duration.ofMillis(200);

  /** Each takes two beats or more. */
  private static final int MOST_TRIES = 60;

  private static final Duration BEAT = Duration.ofSeconds(5);

  /** Several, so that a slow disk doesn't cost a live driver its lock. */
  private static final int BEATS_OF_PATIENCE = 6;

  /**
   * What the lock file holds.
   *
   * @param host as {@link Host#name} has it
   * @param beat grows while the holder lives
   */
  record Holder(String host, DriverProcess process, String token, long beat) {
    Holder {
      Objects.requireNonNull(host);
      Objects.requireNonNull(process);
      Objects.requireNonNull(token);
    }

    /** Represents the unknown holder of an empty file, as after a power failure. */
    static Holder unknown(String text) {
      return new Holder("an unknown host", new DriverProcess(null, 0, 0), text, -1);
    }
  }

  private final RunFolder folder;
  private final String token = UUID.randomUUID().toString();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Duration beat;
  private final Thread heart;

  private RunLock(RunFolder folder, Duration beat) {
    this.folder = folder;
    this.beat = beat;
    this.heart = Daemons.threads("run-lock").newThread(this::beatUntilClosed);
  }

  /**
   * Takes the lock of a run.
   *
   * @throws HeldException if another driver holds it
   * @throws JobFailure if it can't be written
   */
  public static RunLock take(RunFolder folder) {
    return take(folder, BEAT);
  }

  /**
   * Takes the lock of a folder that drivers work on for moments, when those before are done.
   *
   * @throws JobFailure if others hold it for minutes, or it can't be written
   */
  public static RunLock takeInTurn(RunFolder folder) {
    folder.create();
    int heldByNobody = 0;
    for (int tries = 1; ; tries++) {
      try {
        return take(folder);
      } catch (JobFailure notTaken) {
        heldByNobody = holder(folder) == null ? heldByNobody + 1 : 0;
        if (tries == MOST_TRIES
            || heldByNobody == MOST_READS
            || Thread.currentThread().isInterrupted()) {
          throw notTaken;
        }
        LOG.info("Waiting: {}", notTaken.getMessage());
        await(new CountDownLatch(1), BEAT);
      }
    }
  }

  static RunLock take(RunFolder folder, Duration beat) {
    RunLock lock = new RunLock(folder, beat);
    while (true) {
      Optional<Boolean> isNew = folder.writeNew(FILE, lock.holder(0));
      Holder now = holder(folder);
      if (lock.isToken(now)) {
        break;
      }
      if (now != null && lives(folder, now, beat)) {
        throw new HeldException(folder, now);
      }
      if (isNew.isEmpty() || (now != null && now.equals(holder(folder)))) {
        lock.takeOver();
        break;
      }
      // It was given back meanwhile.
    }
    lock.heart.start();
    return lock;
  }

  /** Two drivers may have found no live lock at the same time: the one that wrote last has it. */
  private void takeOver() {
    write(0);
    await(closed, beat.dividedBy(5));
    Holder now = holder(folder);
    if (!isToken(now)) {
      throw new HeldException(folder, Objects.requireNonNullElse(now, holder(0)));
    }
  }

  /** Reads the lock, which its holder may be writing at this moment; null where there is none. */
  static @Nullable Holder holder(RunFolder folder) {
    for (int reads = 1; ; reads++) {
      String text = folder.readText(FILE).orElse(null);
      Holder found = text == null ? null : parse(text);
      if (found != null) {
        return found;
      }
      if (reads == MOST_READS) {
        return text == null ? null : Holder.unknown(text);
      }
      await(new CountDownLatch(1), READ_AGAIN_AFTER);
    }
  }

  private static @Nullable Holder parse(String text) {
    try {
      return RunFolder.fromJson(text, Holder.class);
    } catch (JsonProcessingException e) {
      LOG.debug("A lock file is damaged", e);
      return null;
    }
  }

  /** Whether another driver holds the lock by now; false where that can't be known. */
  public boolean isTakenOver() {
    try {
      Holder now = holder(folder);
      return now != null && !isToken(now);
    } catch (JobFailure unreadable) {
      return false;
    }
  }

  /**
   * Whether a driver seems to work on a run: its lock was rewritten a moment ago, as this host's
   * clock has it. Other than {@link #take}, it doesn't wait to see.
   */
  public static boolean seemsHeld(RunFolder folder) {
    Holder holder = holder(folder);
    if (holder == null || (holder.host().equals(Host.name()) && holder.process().hasEnded())) {
      return false;
    }
    long earliest = System.currentTimeMillis() - BEAT.multipliedBy(BEATS_OF_PATIENCE).toMillis();
    return folder.list(FILE).stream().anyMatch(file -> file.getModificationTime() >= earliest);
  }

  private boolean isOurs() {
    return isToken(holder(folder));
  }

  private boolean isToken(@Nullable Holder holder) {
    return holder != null && holder.token().equals(token);
  }

  /** Another driver works on the run. */
  public static final class HeldException extends JobFailure {
    private static final long serialVersionUID = 1;

    private HeldException(RunFolder folder, Holder holder) {
      super(
          Kind.SYSTEM,
          "Another driver, process "
              + holder.process().pid()
              + " on "
              + holder.host()
              + ", is working on the run in "
              + folder.location()
              + ". Wait for it or stop it, or start a run with another run id",
          null);
    }
  }

  private static boolean lives(RunFolder folder, Holder holder, Duration beat) {
    if (holder.host().equals(Host.name()) && holder.process().hasEnded()) {
      return false;
    }
    // Neither does a host's name tell a machine, nor a number a process: see whether it beats.
    for (int beats = 0; beats < BEATS_OF_PATIENCE; beats++) {
      await(new CountDownLatch(1), beat);
      Holder now = holder(folder);
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
    for (long beats = 1; !await(closed, beat); beats++) {
      try {
        if (!isOurs()) {
          LOG.error("Another driver has taken over the run in {}", folder.location());
          return;
        }
        write(beats);
      } catch (JobFailure e) {
        LOG.warn("Can't rewrite the run's lock; another driver may take it: {}", e.getMessage());
      }
    }
  }

  private void write(long beats) {
    folder.writeJson(FILE, holder(beats));
  }

  private Holder holder(long beats) {
    return new Holder(Host.name(), DriverProcess.ofThisJvm(), token, beats);
  }

  private static boolean await(CountDownLatch latch, Duration time) {
    try {
      return latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Gives the lock back, unless another driver has taken it over. */
  @Override
  public void close() {
    closed.countDown();
    try {
      heart.join(BEAT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (isOurs()) {
        folder.delete(FILE);
      }
    } catch (JobFailure e) {
      // Nothing that is done depends on it: another driver takes it over when it is stale.
      LOG.warn("The run's lock stays: {}", e.getMessage());
    }
  }
}
