package org.assetstager.upload;

import java.io.IOException;
import java.util.List;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.assetstager.digest.WholeAndParts;
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
  private final WholeAndParts md5s = new WholeAndParts();
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
  synchronized @Nullable Part next() throws IOException {
    if (next == plan.count()) {
      return null;
    }
    int index = next;
    // If this part can't be read, nobody goes on: the whole would lack its bytes.
    next = plan.count();
    Part part = read(index);
    next = index + 1;
    if (digested == null && next == plan.count()) {
      source.requireMd5(md5s.finish());
    }
    return part;
  }

  private Part read(int index) throws IOException {
    if (digested != null) {
      return ofSlice(index, digested.get(index));
    }
    Body body;
    if (buffered) {
      int length = (int) plan.length(index);
      byte[] bytes = source.read(plan.offset(index), length);
      md5s.update(bytes, length);
      body = source.body(bytes, length);
    } else {
      source.forEachChunk(plan.offset(index), plan.length(index), md5s::update);
      body = source.slice(plan.offset(index), plan.length(index));
    }
    return new Part(index, body, md5s.finishPart());
  }

  private Part ofSlice(int index, Md5 md5) {
    return new Part(index, source.slice(plan.offset(index), plan.length(index)), md5);
  }

  /** Reads a part, independently of earlier reads. */
  static Part part(UploadSource source, PartPlan plan, int index) throws IOException {
    long offset = plan.offset(index);
    if (!source.takesSinglePass(plan)) {
      Md5 md5 = source.md5Of(offset, plan.length(index));
      return new Part(index, source.slice(offset, plan.length(index)), md5);
    }
    int length = (int) plan.length(index);
    byte[] bytes = source.read(offset, length);
    return new Part(index, source.body(bytes, length), Md5.of(bytes, length));
  }
}
