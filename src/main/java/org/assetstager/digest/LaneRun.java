package org.assetstager.digest;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assetstager.digest.Md5Chain.Blocks;
import org.jspecify.annotations.Nullable;

/** Fills the lanes of a {@link BlockHasher} and keeps them filled. For one thread at a time. */
final class LaneRun {
  /**
   * So many chains in lanes take as long as one after the other: a lane runs at 0.26 to 0.35 of one
   * chain's speed alone, measured with 512 and with 256 bits on JDK 17 and 25.
   */
  static final int LEAST_CHAINS = 4;

  private final BlockHasher hasher;
  private final int lanes;
  private final @Nullable LaneRequest[] work;
  private final byte[][] bytes;
  private final int[] offsets;
  private final int[] left;
  private final int[] state;

  LaneRun(BlockHasher hasher) {
    this.hasher = hasher;
    this.lanes = hasher.lanes();
    this.work = new LaneRequest[lanes];
    this.bytes = new byte[lanes][];
    this.offsets = new int[lanes];
    this.left = new int[lanes];
    this.state = new int[4 * lanes];
  }

  /**
   * Hashes until there is nothing more.
   *
   * @param source gives the next request for a free lane; null if there is none now
   * @param done callback that receives each request once its blocks are in its chain's state
   */
  void run(Supplier<@Nullable LaneRequest> source, Consumer<LaneRequest> done) {
    while (true) {
      int used = fill(source);
      if (used == 0) {
        return;
      }
      if (used < LEAST_CHAINS) {
        hashOneByOne(done);
      } else {
        hashTogether(done);
      }
    }
  }

  private int fill(Supplier<@Nullable LaneRequest> source) {
    int used = 0;
    boolean more = true;
    for (int lane = 0; lane < lanes; lane++) {
      if (work[lane] == null && more) {
        more = put(lane, source.get());
      }
      used += work[lane] == null ? 0 : 1;
    }
    return used;
  }

  private boolean put(int lane, @Nullable LaneRequest next) {
    if (next == null) {
      return false;
    }
    Blocks blocks = next.blocks();
    work[lane] = next;
    bytes[lane] = blocks.bytes();
    offsets[lane] = blocks.offset();
    left[lane] = blocks.count();
    for (int i = 0; i < 4; i++) {
      state[i * lanes + lane] = blocks.state()[i];
    }
    return true;
  }

  private void hashOneByOne(Consumer<LaneRequest> done) {
    for (int lane = 0; lane < lanes; lane++) {
      LaneRequest ready = work[lane];
      if (ready != null) {
        takeState(lane, ready);
        Md5Steps.hash(bytes[lane], offsets[lane], left[lane], ready.blocks().state());
        work[lane] = null;
        done.accept(ready);
      }
    }
  }

  private void hashTogether(Consumer<LaneRequest> done) {
    int blocks = Integer.MAX_VALUE;
    int filled = 0;
    for (int lane = 0; lane < lanes; lane++) {
      if (work[lane] != null) {
        blocks = Math.min(blocks, left[lane]);
        filled = lane;
      }
    }
    for (int lane = 0; lane < lanes; lane++) {
      if (work[lane] == null) {
        bytes[lane] = bytes[filled];
        offsets[lane] = offsets[filled];
      }
    }
    hasher.hash(bytes, offsets, blocks, state);
    for (int lane = 0; lane < lanes; lane++) {
      LaneRequest running = work[lane];
      if (running == null) {
        continue;
      }
      offsets[lane] += blocks * Md5Steps.BLOCK_BYTES;
      left[lane] -= blocks;
      if (left[lane] == 0) {
        takeState(lane, running);
        work[lane] = null;
        done.accept(running);
      }
    }
  }

  private void takeState(int lane, LaneRequest of) {
    int[] target = of.blocks().state();
    for (int i = 0; i < 4; i++) {
      target[i] = state[i * lanes + lane];
    }
  }

  /**
   * Forgets all bytes, and returns the requests that {@link #run} left undone: none unless it
   * failed.
   */
  List<LaneRequest> clear() {
    List<LaneRequest> undone = Arrays.stream(work).filter(Objects::nonNull).toList();
    Arrays.fill(work, null);
    Arrays.fill(bytes, null);
    return undone;
  }
}
