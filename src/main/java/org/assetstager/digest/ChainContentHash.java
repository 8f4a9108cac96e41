package org.assetstager.digest;

import java.util.ArrayList;
import java.util.List;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Md5Chain.Blocks;
import org.jspecify.annotations.Nullable;

/** The MD5s of a whole content and of its parts, as chains that are hashed side by side. */
final class ChainContentHash implements ContentHash {
  private final @Nullable PartPlan plan;
  private final @Nullable LanePool pool;
  private final Md5Chain whole = new Md5Chain();
  private final List<Md5> finishedParts = new ArrayList<>();
  private Md5Chain part = new Md5Chain();
  private long missingOfPart;
  private long length;

  /**
   * Starts with no bytes.
   *
   * @param plan of parts; null for none
   * @param pool where other threads' chains may come along; null for none
   */
  ChainContentHash(@Nullable PartPlan plan, @Nullable LanePool pool) {
    this.plan = plan;
    this.pool = pool;
    this.missingOfPart = plan == null ? 0 : plan.length(0);
  }

  @Override
  public void update(byte[] bytes, int count) {
    length += count;
    if (plan == null) {
      hash(List.of(whole.take(bytes, 0, count)));
      return;
    }
    int from = 0;
    while (from < count) {
      if (missingOfPart == 0) {
        finishedParts.add(part.finish());
        part = new Md5Chain();
        missingOfPart = plan.length(finishedParts.size());
      }
      int taken = (int) Math.min(missingOfPart, count - from);
      hash(List.of(whole.take(bytes, from, taken), part.take(bytes, from, taken)));
      from += taken;
      missingOfPart -= taken;
    }
  }

  private void hash(List<Blocks> blocks) {
    if (pool == null) {
      LanePool.hashAlone(blocks);
    } else {
      pool.hash(blocks);
    }
  }

  @Override
  public Digest finish() {
    if (plan != null) {
      finishedParts.add(part.finish());
    }
    return new Digest(whole.finish(), finishedParts, length);
  }
}
