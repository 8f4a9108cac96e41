package org.assetstager.digest;

import java.util.concurrent.locks.Condition;
import org.assetstager.digest.Md5Chain.Blocks;
import org.jspecify.annotations.Nullable;

/** Blocks that a thread waits for. */
record LaneRequest(Blocks blocks, Caller caller) {
  /** A thread that waits for its requests. Guarded by the lock of the {@link LanePool}. */
  static final class Caller {
    final Condition changed;
    int queued;
    int undone;
    @Nullable Throwable failure;

    Caller(Condition changed, int requests) {
      this.changed = changed;
      this.queued = requests;
      this.undone = requests;
    }
  }
}
