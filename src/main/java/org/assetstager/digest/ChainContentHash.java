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
  private final Checkpoints checkpoints;
  private final Md5Chain whole;
  private final List<Md5> finishedParts = new ArrayList<>();
  private Md5Chain part = new Md5Chain();
  private long missingOfPart;
  private long length;
  private long lastCheckpoint;

  /**
   * Starts with no bytes, or where the checkpoints say.
   *
   * @param plan of parts; null for none
   * @param pool where other threads' chains may come along; null for none
   * @param checkpoints used only with parts
   */
  ChainContentHash(@Nullable PartPlan plan, @Nullable LanePool pool, Checkpoints checkpoints) {
    this.plan = plan;
    this.pool = pool;
    this.checkpoints = checkpoints;
    DigestState last = checkpoints.last();
    if (plan == null || last == null) {
      this.whole = new Md5Chain();
    } else {
      this.whole = new Md5Chain(last.whole());
      this.finishedParts.addAll(PartMd5s.split(last.partMd5s()));
      this.length = last.position();
      this.lastCheckpoint = length;
    }
    this.missingOfPart = plan == null ? 0 : plan.length(finishedParts.size());
  }

  @Override
  public long position() {
    return length;
  }

  @Override
  public void update(byte[] bytes, int count) {
    if (plan == null) {
      length += count;
      hash(List.of(whole.take(bytes, 0, count)));
      return;
    }
    int from = 0;
    while (from < count) {
      if (missingOfPart == 0) {
        startPart(plan);
      }
      int taken = (int) Math.min(missingOfPart, count - from);
      hash(List.of(whole.take(bytes, from, taken), part.take(bytes, from, taken)));
      from += taken;
      missingOfPart -= taken;
      length += taken;
    }
  }

  private void startPart(PartPlan parts) {
    finishedParts.add(part.finish());
    part = new Md5Chain();
    missingOfPart = parts.length(finishedParts.size());
    if (length - lastCheckpoint >= checkpoints.intervalBytes()) {
      lastCheckpoint = length;
      checkpoints
          .save()
          .accept(new DigestState(length, whole.save(), PartMd5s.join(finishedParts)));
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
    return new Digest(whole.finish(), finishedParts);
  }
}
