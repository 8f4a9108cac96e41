package org.assetstager.upload;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a file, each read in their order, so that the MD5 of the whole comes with them. A
 * part that no buffer holds is read once more while it is sent, and the store checks whether the
 * bytes are the same. Any number of threads may take parts.
 */
final class SinglePass {
  private final UploadSource source;
  private final PartPlan plan;
  private final boolean buffered;
  private final @Nullable List<Md5> digested;
  private final MessageDigest whole = Md5.newDigest();
  private int next;

  SinglePass(UploadSource source, PartPlan plan) {
    this.source = source;
    this.plan = plan;
    this.buffered = source.takesSinglePass(plan);
    this.digested = buffered ? null : source.digestedPartMd5s(plan);
  }

  /** A part that was read; the receiver closes the body. */
  record Part(int index, Body body, Md5 md5) {}

  /**
   * Reads the next part.
   *
   * @return null if there is none left
   * @throws FileChangedException if the last part was read and the whole has another MD5 than the
   *     planned one
   */
  @Nullable Part next() throws IOException {
    int index;
    byte[] bytes;
    synchronized (this) {
      if (next == plan.count()) {
        return null;
      }
      index = next++;
      if (digested != null) {
        return ofSlice(source, plan, index, digested.get(index));
      }
      if (!buffered) {
        Part part = unbuffered(source, plan, index, whole);
        requireMd5AtEnd();
        return part;
      }
      bytes = source.read(plan.offset(index), (int) plan.length(index));
      whole.update(bytes, 0, (int) plan.length(index));
      requireMd5AtEnd();
    }
    return buffered(source, plan, index, bytes);
  }

  private void requireMd5AtEnd() throws IOException {
    if (next == plan.count()) {
      source.requireMd5(Md5.ofBytes(whole.digest()));
    }
  }

  /** Reads a part, independently of earlier reads. */
  static Part part(UploadSource source, PartPlan plan, int index) throws IOException {
    return source.takesSinglePass(plan)
        ? buffered(source, plan, index, source.read(plan.offset(index), (int) plan.length(index)))
        : unbuffered(source, plan, index, null);
  }

  private static Part buffered(UploadSource source, PartPlan plan, int index, byte[] bytes) {
    int length = (int) plan.length(index);
    return new Part(index, source.body(bytes, length), Md5.of(bytes, length));
  }

  private static Part unbuffered(
      UploadSource source, PartPlan plan, int index, @Nullable MessageDigest whole)
      throws IOException {
    Md5 md5 = source.md5Of(plan.offset(index), plan.length(index), whole);
    if (md5 == null) {
      throw new FileChangedException("The file shrank while it was uploaded");
    }
    return ofSlice(source, plan, index, md5);
  }

  private static Part ofSlice(UploadSource source, PartPlan plan, int index, Md5 md5) {
    return new Part(index, source.slice(plan.offset(index), plan.length(index)), md5);
  }
}
