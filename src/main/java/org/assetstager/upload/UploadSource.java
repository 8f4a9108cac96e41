package org.assetstager.upload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Checkpoints;
import org.assetstager.digest.Digest;
import org.assetstager.digest.FileDigester;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.files.FileFacts;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.CandidateFile;
import org.assetstager.verify.GuardedFile;
import org.assetstager.verify.SeenFacts;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * The open file of a planned content: its bytes and their MD5s, for as long as it is the file that
 * was opened. Any number of threads may use {@link #body} and {@link #stillHas}.
 */
final class UploadSource {
  /** The JDK keeps a buffer outside the heap for each thread, as large as the most it has read. */
  private static final long MOST_BYTES_AT_ONCE = 256 << 10;

  private static final int CHUNK_BYTES = 128 << 10;

  private final PlannedUpload planned;
  private final AssetRoot root;
  private final CandidateFile opened;
  private final GuardedFile file;
  private final BufferPool buffers;
  private final LongConsumer bytesRead;
  private final FileDigester digester = new FileDigester();
  private volatile boolean digested;
  private volatile @Nullable Parts parts;

  private record Parts(PartPlan plan, List<Md5> md5s) {}

  /**
   * Takes an open file.
   *
   * @param file judged by its facts, with nothing against it; not closed
   * @param bytesRead receives the number of bytes of each read, in the thread that reads
   */
  UploadSource(
      PlannedUpload planned,
      AssetRoot root,
      CandidateFile file,
      BufferPool buffers,
      LongConsumer bytesRead) {
    this.planned = planned;
    this.root = root;
    this.opened = file;
    this.file = file.file();
    this.buffers = buffers;
    this.bytesRead = bytesRead;
  }

  /**
   * Makes sure that the file is still the one that was opened, with the content that it had then.
   *
   * @throws FileChangedException if it isn't
   */
  void requireUnchanged() throws IOException {
    FileFacts before = file.factsWhenOpened();
    FileFacts now = file.factsNow();
    List<String> changes = new ArrayList<>();
    if (now.size() != before.size()) {
      changes.add("size " + before.size() + " is now " + now.size());
    }
    if (!now.modified().equals(before.modified())) {
      changes.add(
          "modification time "
              + before.modifiedAtNanos()
              + " ns is now "
              + now.modifiedAtNanos()
              + " ns");
    }
    if (now.inode() != before.inode() || now.device() != before.device()) {
      changes.add(
          "inode "
              + Long.toUnsignedString(before.inode())
              + " is now "
              + Long.toUnsignedString(now.inode()));
    }
    if (!changes.isEmpty()) {
      throw new FileChangedException(
          "The file changed while it was uploaded: " + String.join(", ", changes));
    }
  }

  /**
   * Returns the row as this found it: read whole, else as it was planned. The file is still what
   * the row claims, as far as it was read.
   */
  VerifiedRow verified() {
    return digested ? opened.afterReading(md5()) : planned.candidate().found();
  }

  /** Returns the verdict on the row where its file has changed or has another MD5. */
  VerifiedRow changed(IOException change) {
    Md5 found = change instanceof FileChangedException e ? e.found() : null;
    return found == null ? opened.changed(change.getMessage()) : opened.afterReading(found);
  }

  PlannedUpload planned() {
    return planned;
  }

  Md5 md5() {
    return Md5.parse(planned.md5());
  }

  /**
   * Returns the MD5s of the parts of a plan, as the digest pass computed them, else by reading the
   * file.
   *
   * @throws FileChangedException if the file turns out to have another MD5
   */
  List<Md5> partMd5s(PartPlan plan) throws IOException {
    Parts read = parts;
    if (read != null && read.plan().equals(plan)) {
      return read.md5s();
    }
    List<Md5> known = knownPartMd5s(plan);
    return known == null ? digest(plan).partMd5s() : known;
  }

  /** Takes the MD5s of the parts of a plan, as they were computed of the bytes of this file. */
  void remember(PartPlan plan, List<Md5> partMd5s) {
    parts = new Parts(plan, List.copyOf(partMd5s));
  }

  /** Returns the MD5s of the parts of a plan where an earlier step computed them; else null. */
  @Nullable List<Md5> digestedPartMd5s(PartPlan plan) {
    return planned.candidate().found().digested() ? knownPartMd5s(plan) : null;
  }

  /**
   * Whether the opened file has exactly the facts that were seen. The change time counts, since an
   * MD5 of then goes to the ledger with the facts of now.
   */
  boolean isAsSeen(SeenFacts seen) {
    return SeenFacts.of(file.factsWhenOpened()).equals(seen);
  }

  private @Nullable List<Md5> knownPartMd5s(PartPlan plan) {
    String known = planned.candidate().found().partMd5s();
    Long partSize = planned.candidate().found().partSize();
    if (known == null || partSize == null || partSize != plan.partSize()) {
      return null;
    }
    return known.length() == 2 * Md5.BYTES * plan.count() ? PartMd5s.split(known) : null;
  }

  /** Whether the parts fit into buffers, so that they can be hashed as they are sent. */
  boolean takesSinglePass(PartPlan plan) {
    return plan.partSize() <= buffers.bufferBytes();
  }

  /**
   * Reads the whole file again.
   *
   * @throws FileChangedException if it turns out to have another MD5
   */
  Digest digest(@Nullable PartPlan plan) throws IOException {
    Digest digest =
        digester.digest(file.channel(), planned.size(), plan, bytesRead, Checkpoints.NONE);
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
      throw new FileChangedException(found);
    }
    digested = true;
  }

  /**
   * Returns the whole file as a body whose MD5 was computed in this run.
   *
   * @throws FileChangedException if the file turns out to have another MD5 or size
   */
  Body wholeBody() throws IOException {
    if (planned.size() > buffers.mostBytes()) {
      if (!digested) {
        digest(null);
      }
      return body(0, planned.size());
    }
    int length = (int) planned.size();
    byte[] buffer = read(0, length);
    requireMd5(Md5.of(buffer, length));
    return body(buffer, length);
  }

  /** Returns a range as a body: what was read where it fits into a buffer, else as it is sent. */
  Body body(long offset, long length) throws IOException {
    return length > buffers.mostBytes()
        ? slice(offset, length)
        : body(read(offset, (int) length), (int) length);
  }

  /** Returns a range as a body that is read as it is sent. */
  Body slice(long offset, long length) {
    return Body.ofSlice(
        new FileSlice(root, planned.path(), file.factsWhenOpened(), offset, length));
  }

  /** Makes a body of what {@link #read} returned. */
  Body body(byte[] bytes, int length) {
    return Body.ofBuffer(bytes, length, buffers);
  }

  /** Reads a range into a buffer, which is as long or longer and goes back with its body. */
  byte[] read(long offset, int length) throws IOException {
    byte[] bytes = buffers.take(length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.position() < length) {
      buffer.limit((int) Math.min(length, buffer.position() + MOST_BYTES_AT_ONCE));
      int count = file.channel().read(buffer, offset + buffer.position());
      if (count < 0) {
        throw shrunk();
      }
      bytesRead.accept(count);
    }
    return bytes;
  }

  /**
   * Reads a range again; whether it has this MD5.
   *
   * @throws FileChangedException if the file ends within the range
   */
  boolean stillHas(long offset, long length, Md5 expected) throws IOException {
    return expected.equals(md5Of(offset, length));
  }

  /** Reads a range that may be larger than any buffer, as {@link #forEachChunk} does. */
  Md5 md5Of(long offset, long length) throws IOException {
    MessageDigest md5 = Md5.newDigest();
    forEachChunk(offset, length, (bytes, count) -> md5.update(bytes, 0, count));
    return Md5.ofBytes(md5.digest());
  }

  /** Receives bytes: the first {@code count} of an array that is used again after the return. */
  interface Chunks {
    void take(byte[] bytes, int count);
  }

  /**
   * Reads a range that may be larger than any buffer.
   *
   * @throws FileChangedException if the file ends within the range
   */
  void forEachChunk(long offset, long length, Chunks chunks) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    long left = length;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(CHUNK_BYTES, left));
      int count = file.channel().read(buffer, offset + length - left);
      if (count < 0) {
        throw shrunk();
      }
      bytesRead.accept(count);
      chunks.take(buffer.array(), count);
      left -= count;
    }
  }

  private static FileChangedException shrunk() {
    return new FileChangedException("The file shrank while it was uploaded");
  }
}
