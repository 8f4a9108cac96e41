package org.assetstager.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.assetstager.limits.LeaseQuestion.Resource;

/**
 * An executor's side: leases tokens from the driver, a fraction of a second's worth at a time, and
 * hands them to its threads in the order in which they come. Safe for many threads.
 */
public final class Limiter {
  /** How often the driver hears of refusals: at once, but not of each one. */
  private static final long TOLD_NANOS = 200_000_000;

  private final Resource resource;
  private final long limitPerSecond;
  private final Function<LeaseQuestion, Lease> driver;

  /** Of those that have time only one competes with those that are in a hurry. */
  private final ReentrantLock entrance = new ReentrantLock(true);

  private final ReentrantLock turn = new ReentrantLock(true);
  private final LongAdder sent = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private long tokens;
  private long endNanos;
  private long askedNanos = System.nanoTime();

  /**
   * Makes a limiter.
   *
   * @param limitPerSecond 0 for none
   * @param driver answers at once
   */
  Limiter(Resource resource, long limitPerSecond, Function<LeaseQuestion, Lease> driver) {
    this.resource = resource;
    this.limitPerSecond = limitPerSecond;
    this.driver = driver;
  }

  /** Returns the limit a second of the settings, 0 for none. */
  public long limitPerSecond() {
    return limitPerSecond;
  }

  /**
   * Waits for tokens behind all that wait.
   *
   * @throws org.assetstager.asset.JobFailure if the driver can't be asked
   */
  public void acquire(long count) throws InterruptedException {
    entrance.lockInterruptibly();
    try {
      acquireSoon(count);
    } finally {
      entrance.unlock();
    }
  }

  /**
   * As {@link #acquire}, but ahead of those that wait there; for what is under way already, whose
   * timeouts run.
   */
  public void acquireSoon(long count) throws InterruptedException {
    turn.lockInterruptibly();
    try {
      long missing = count;
      while (missing > 0) {
        if (tokens == 0 || System.nanoTime() - endNanos >= 0 || toBeTold()) {
          lease(missing);
        }
        long taken = Math.min(tokens, missing);
        tokens -= taken;
        missing -= taken;
      }
    } finally {
      turn.unlock();
    }
    sent.add(count);
  }

  /** Takes note of an answer that says that the store has too much to do. */
  public void refused() {
    refused.increment();
  }

  private boolean toBeTold() {
    return refused.sum() > 0 && System.nanoTime() - askedNanos > TOLD_NANOS;
  }

  private void lease(long missing) throws InterruptedException {
    long waiting = 1L + entrance.getQueueLength() + turn.getQueueLength();
    askedNanos = System.nanoTime();
    Lease lease =
        driver.apply(
            new LeaseQuestion(
                resource,
                limitPerSecond,
                missing * waiting,
                sent.sumThenReset(),
                refused.sumThenReset()));
    tokens = 0;
    TimeUnit.NANOSECONDS.sleep(askedNanos + lease.delayNanos() - System.nanoTime());
    tokens = lease.tokens();
    endNanos = askedNanos + lease.endNanos();
  }
}
