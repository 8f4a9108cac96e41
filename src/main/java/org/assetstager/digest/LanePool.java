package org.assetstager.digest;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.assetstager.digest.LaneRequest.Caller;
import org.assetstager.digest.Md5Chain.Blocks;
import org.jspecify.annotations.Nullable;

/**
 * Brings the blocks of several threads together, so that they are hashed side by side. Each thread
 * waits until its own are done; one of those that wait does the work for all. Any number of threads
 * may share one.
 */
final class LanePool {
  /** Shorter ones are hashed sooner than they are handed to another thread: 16 KiB are 20 us. */
  static final int LEAST_BLOCKS = (16 << 10) / Md5Steps.BLOCK_BYTES;

  /** How long the first waits for the others: a few times what full lanes take for 128 KiB each. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final int lanes;
  private final Supplier<BlockHasher> hashers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<LaneRequest> queue = new ArrayDeque<>();
  private final Deque<LaneRun> idleRuns = new ArrayDeque<>();
  private int members;
  private int waitingThreads;

  LanePool(int lanes, Supplier<BlockHasher> hashers) {
    this.lanes = lanes;
    this.hashers = hashers;
  }

  /**
   * Counts the calling thread among those that will bring blocks, from before its file is opened.
   */
  Membership join() {
    changeMembers(1);
    return () -> changeMembers(-1);
  }

  private void changeMembers(int by) {
    lock.lock();
    try {
      members += by;
      LaneRequest first = queue.peek();
      if (first != null && by < 0 && everybodyWaits()) {
        first.caller().changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hashes blocks of different chains and returns when all are done. An interrupt doesn't end it;
   * it lasts milliseconds.
   */
  void hash(List<Blocks> all) {
    boolean few = all.stream().anyMatch(blocks -> blocks.count() < LEAST_BLOCKS);
    if (few || !hashTogether(all)) {
      hashAlone(all);
    }
  }

  /**
   * Hashes blocks of different chains that fill the lanes by themselves, so that the calling thread
   * waits for no other one.
   */
  void hashMany(Collection<Blocks> all) {
    Caller caller = new Caller(lock.newCondition(), all.size());
    Deque<LaneRequest> own = new ArrayDeque<>(all.size());
    all.forEach(blocks -> own.add(new LaneRequest(blocks, caller)));
    LaneRun run;
    lock.lock();
    try {
      run = idleRun();
    } finally {
      lock.unlock();
    }
    run.run(own::poll, request -> {});
    run.clear();
    lock.lock();
    try {
      idleRuns.push(run);
    } finally {
      lock.unlock();
    }
  }

  /** Hashes one after the other; two chains over the same bytes at once. */
  static void hashAlone(List<Blocks> all) {
    if (all.size() == 2) {
      Blocks a = all.get(0);
      Blocks b = all.get(1);
      if (a.bytes() == b.bytes() && a.offset() == b.offset() && a.count() == b.count()) {
        Md5Steps.hashTwo(a.bytes(), a.offset(), a.count(), a.state(), b.state());
        return;
      }
    }
    all.forEach(Blocks::hash);
  }

  /** Returns false, and has done nothing, where there are too few threads for it. */
  private boolean hashTogether(List<Blocks> all) {
    lock.lock();
    try {
      if (members * all.size() < LaneRun.LEAST_CHAINS) {
        return false;
      }
      Caller caller = new Caller(lock.newCondition(), all.size());
      all.forEach(blocks -> queue.add(new LaneRequest(blocks, caller)));
      waitingThreads++;
      await(caller);
      if (caller.failure != null) {
        throw new IllegalStateException("MD5s side by side failed", caller.failure);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void await(Caller caller) {
    boolean interrupted = false;
    long nanosLeft = PATIENCE_NANOS;
    while (caller.undone > 0) {
      if (caller.queued == 0) {
        caller.changed.awaitUninterruptibly();
      } else if (queue.size() >= lanes || everybodyWaits() || nanosLeft <= 0) {
        run();
      } else {
        try {
          nanosLeft = caller.changed.awaitNanos(nanosLeft);
        } catch (InterruptedException e) {
          interrupted = true;
          nanosLeft = 0;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean everybodyWaits() {
    return waitingThreads >= members;
  }

  private void run() {
    LaneRun run = idleRun();
    lock.unlock();
    Throwable failure = null;
    try {
      run.run(this::take, request -> complete(request, null));
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      lock.lock();
    }
    for (LaneRequest undone : run.clear()) {
      complete(undone, failure);
    }
    idleRuns.push(run);
  }

  private LaneRun idleRun() {
    LaneRun run = idleRuns.poll();
    return run == null ? new LaneRun(hashers.get()) : run;
  }

  private @Nullable LaneRequest take() {
    lock.lock();
    try {
      LaneRequest request = queue.poll();
      if (request != null && --request.caller().queued == 0) {
        waitingThreads--;
      }
      return request;
    } finally {
      lock.unlock();
    }
  }

  private void complete(LaneRequest request, @Nullable Throwable failure) {
    lock.lock();
    try {
      Caller caller = request.caller();
      caller.failure = failure == null ? caller.failure : failure;
      if (--caller.undone == 0) {
        caller.changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
