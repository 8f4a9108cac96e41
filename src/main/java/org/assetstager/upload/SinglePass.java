package org.assetstager.upload;

import java.io.IOException;
import java.security.MessageDigest;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a file whose MD5 was not computed in this run: each is read once, in their order, so
 * that the MD5 of the whole comes with them. Any number of threads may take parts.
 */
final class SinglePass {
  private final UploadSource source;
  private final PartPlan plan;
  private final MessageDigest whole = Md5.newDigest();
  private int next;

  SinglePass(UploadSource source, PartPlan plan) {
    this.source = source;
    this.plan = plan;
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
    int length;
    byte[] bytes;
    synchronized (this) {
      if (next == plan.count()) {
        return null;
      }
      index = next++;
      length = (int) plan.length(index);
      bytes = source.read(plan.offset(index), length);
      whole.update(bytes, 0, length);
      if (next == plan.count()) {
        source.requireMd5(Md5.ofBytes(whole.digest()));
      }
    }
    return part(source, index, bytes, length);
  }

  /**
   * Reads a part, independently of earlier reads. If no buffer holds it, it is read once more while
   * it is sent, and the store checks whether the bytes are the same.
   */
  static Part part(UploadSource source, PartPlan plan, int index) throws IOException {
    if (!source.takesSinglePass(plan)) {
      Md5 md5 = source.md5Of(plan.offset(index), plan.length(index));
      if (md5 == null) {
        throw new FileChangedException("The file shrank while it was uploaded");
      }
      return new Part(index, source.body(plan.offset(index), plan.length(index)), md5);
    }
    int length = (int) plan.length(index);
    return part(source, index, source.read(plan.offset(index), length), length);
  }

  private static Part part(UploadSource source, int index, byte[] bytes, int length) {
    MessageDigest md5 = Md5.newDigest();
    md5.update(bytes, 0, length);
    return new Part(index, source.body(bytes, length), Md5.ofBytes(md5.digest()));
  }
}
