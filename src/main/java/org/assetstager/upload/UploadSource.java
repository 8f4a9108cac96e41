package org.assetstager.upload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Checkpoints;
import org.assetstager.digest.Digest;
import org.assetstager.digest.FileDigester;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.FileFacts;
import org.assetstager.verify.GuardedFile;
import org.jspecify.annotations.Nullable;

/**
 * The open file of a planned content: its bytes and their MD5s, for as long as it is what
 * verification found. Any number of threads may use {@link #body} and {@link #stillHas}.
 */
final class UploadSource implements AutoCloseable {
  private static final int CHUNK_BYTES = 128 << 10;

  private final PlannedUpload planned;
  private final AssetRoot root;
  private final GuardedFile file;
  private final BufferPool buffers;
  private final FileDigester digester = new FileDigester();
  private boolean digested;

  private UploadSource(
      PlannedUpload planned, AssetRoot root, GuardedFile file, BufferPool buffers) {
    this.planned = planned;
    this.root = root;
    this.file = file;
    this.buffers = buffers;
    this.digested = planned.digested();
  }

  /**
   * Opens the file.
   *
   * @throws FileChangedException if it isn't what verification found
   * @throws org.assetstager.verify.FileRefusedException if it may not or can't be read
   */
  static UploadSource open(PlannedUpload planned, AssetRoot root, BufferPool buffers)
      throws IOException {
    GuardedFile file = GuardedFile.open(root, planned.path());
    try {
      requirePlanned(planned, file.factsWhenOpened());
      return new UploadSource(planned, root, file, buffers);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void requirePlanned(PlannedUpload planned, FileFacts now) throws IOException {
    List<String> changes = new ArrayList<>();
    if (now.size() != planned.size()) {
      changes.add("size " + planned.size() + " is now " + now.size());
    }
    if (!now.modifiedAtNanos().equals(planned.modifiedAtNanos())) {
      changes.add(
          "modification time "
              + planned.modifiedAtNanos()
              + " ns is now "
              + now.modifiedAtNanos()
              + " ns");
    }
    if (now.inode() != planned.inode()) {
      changes.add(
          "inode "
              + Long.toUnsignedString(planned.inode())
              + " is now "
              + Long.toUnsignedString(now.inode()));
    }
    if (!changes.isEmpty()) {
      throw new FileChangedException(
          "The file changed after it was verified: " + String.join(", ", changes));
    }
  }

  /**
   * Makes sure that the file is still what verification found.
   *
   * @throws FileChangedException if it isn't
   */
  void requireUnchanged() throws IOException {
    requirePlanned(planned, file.factsNow());
  }

  PlannedUpload planned() {
    return planned;
  }

  Md5 md5() {
    return Md5.parse(planned.md5());
  }

  /** Returns the plan of the parts that the digest pass hashed, else the configured one. */
  PartPlan partPlan(long configuredPartSize) {
    Long partSize = planned.partSize();
    return partSize == null || planned.partMd5s() == null
        ? PartPlan.of(planned.size(), configuredPartSize)
        : new PartPlan(planned.size(), partSize);
  }

  /**
   * Returns the MD5s of the parts of a plan, as the digest pass computed them, else by reading the
   * file.
   *
   * @throws FileChangedException if the file turns out to have another MD5
   */
  List<Md5> partMd5s(PartPlan plan) throws IOException {
    List<Md5> known = knownPartMd5s(plan);
    return known == null ? digest(plan).partMd5s() : known;
  }

  private @Nullable List<Md5> knownPartMd5s(PartPlan plan) {
    String known = planned.partMd5s();
    Long partSize = planned.partSize();
    if (known == null || partSize == null || partSize != plan.partSize()) {
      return null;
    }
    return known.length() == 2 * Md5.BYTES * plan.count() ? PartMd5s.split(known) : null;
  }

  /** Whether the file wasn't read in this run, and its parts can be hashed as they are sent. */
  boolean takesSinglePass(PartPlan plan) {
    return !digested && knownPartMd5s(plan) == null && plan.partSize() <= buffers.bufferBytes();
  }

  /**
   * Makes sure that the MD5 was computed in this run, by reading the file unless it was.
   *
   * @throws FileChangedException if the file turns out to have another MD5
   */
  void requireDigested() throws IOException {
    if (!digested) {
      digest(null);
    }
  }

  /**
   * Reads the whole file again.
   *
   * @throws FileChangedException if it turns out to have another MD5
   */
  Digest digest(@Nullable PartPlan plan) throws IOException {
    Digest digest =
        digester.digest(file.channel(), planned.size(), plan, bytes -> {}, Checkpoints.NONE);
    requireMd5(digest.md5());
    return digest;
  }

  /**
   * Takes the MD5 of the whole file, computed in this run.
   *
   * @throws FileChangedException if it isn't the planned one
   */
  void requireMd5(Md5 found) throws FileChangedException {
    if (!found.equals(md5())) {
      throw new FileChangedException(
          "The file's MD5 is " + found + ", not " + planned.md5() + " as when it was added");
    }
    digested = true;
  }

  /**
   * Returns the whole file as a body whose MD5 was computed in this run.
   *
   * @throws FileChangedException if the file turns out to have another MD5 or size
   */
  Body wholeBody() throws IOException {
    if (digested || planned.size() > buffers.mostBytes()) {
      requireDigested();
      return body(0, planned.size());
    }
    int length = (int) planned.size();
    byte[] buffer = read(0, length);
    MessageDigest md5 = Md5.newDigest();
    md5.update(buffer, 0, length);
    requireMd5(Md5.ofBytes(md5.digest()));
    return body(buffer, length);
  }

  /** Returns a range as a body: what was read where it fits into a buffer, else as it is sent. */
  Body body(long offset, long length) throws IOException {
    if (length > buffers.mostBytes()) {
      return Body.ofSlice(
          new FileSlice(root, planned.path(), file.factsWhenOpened(), offset, length));
    }
    return body(read(offset, (int) length), (int) length);
  }

  /** Makes a body of what {@link #read} returned. */
  Body body(byte[] bytes, int length) {
    return Body.ofBuffer(bytes, length, buffers);
  }

  /** Reads a range into a buffer, which is as long or longer and goes back with its body. */
  byte[] read(long offset, int length) throws IOException {
    byte[] bytes = buffers.take(length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      if (file.channel().read(buffer, offset + buffer.position()) < 0) {
        throw new FileChangedException("The file shrank while it was uploaded");
      }
    }
    return bytes;
  }

  /** Reads a range again; whether it has this MD5. */
  boolean stillHas(long offset, long length, Md5 expected) throws IOException {
    MessageDigest md5 = Md5.newDigest();
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    long left = length;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(CHUNK_BYTES, left));
      int count = file.channel().read(buffer, offset + length - left);
      if (count < 0) {
        return false;
      }
      md5.update(buffer.array(), 0, count);
      left -= count;
    }
    return Md5.ofBytes(md5.digest()).equals(expected);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
