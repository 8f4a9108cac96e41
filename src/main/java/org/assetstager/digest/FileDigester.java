package org.assetstager.digest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;

/** Computes MD5s of files. Any number of threads may share one. */
public final class FileDigester {
  // From the page cache 16 KiB to 1 MiB were equally fast, as were direct buffers: MD5 is the
  // limit.
  // Fewer reads help on network file systems, and this is all the memory that a file takes.
  private static final int BUFFER_BYTES = 128 << 10;

  /**
   * Reads a file from its first byte to its end, once, for the MD5s of the whole and of its parts.
   * The channel's position isn't used.
   *
   * @param size the bytes that the file should have
   * @param parts how to cut it, of the same size; null for no parts
   * @param bytesRead told of every read's bytes
   * @throws SizeChangedException if the file turns out shorter or longer than {@code size}
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; it stays so
   */
  public Digest digest(
      FileChannel channel, long size, @Nullable PartPlan parts, LongConsumer bytesRead)
      throws IOException {
    if (parts != null && parts.size() != size) {
      throw new IllegalArgumentException(
          "The parts are of " + parts.size() + " bytes, the file has " + size);
    }
    MessageDigest whole = newMd5();
    PartDigests partDigests = new PartDigests(parts);
    // One more than the size, so that a file that has grown shows it.
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, size + 1));
    long position = 0;
    while (true) {
      int count = channel.read(buffer.clear(), position);
      if (count < 0) {
        break;
      }
      position += count;
      if (position > size) {
        throw new SizeChangedException(
            "The file grew while it was read: it had " + size + " bytes, now more");
      }
      bytesRead.accept(count);
      whole.update(buffer.array(), 0, count);
      partDigests.update(buffer.array(), count);
    }
    if (position < size) {
      throw new SizeChangedException(
          "The file shrank while it was read: it had " + size + " bytes, now " + position);
    }
    return new Digest(Md5.ofBytes(whole.digest()), partDigests.finish(), size);
  }

  /**
   * Returns the ETag that S3 gives to an object uploaded in parts: the MD5 of the parts' MD5s, and
   * their number. S3 User Guide, "Checking object integrity": not under SSE-KMS or SSE-C.
   *
   * @param partMd5s in their order, at least one
   * @return without quotes
   */
  public static String multipartEtag(List<Md5> partMd5s) {
    if (partMd5s.isEmpty()) {
      throw new IllegalArgumentException("A multipart upload has at least one part");
    }
    MessageDigest joined = newMd5();
    partMd5s.forEach(part -> joined.update(part.toBytes()));
    return Md5.ofBytes(joined.digest()) + "-" + partMd5s.size();
  }

  private static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  /** Cuts a stream of bytes into parts. */
  private static final class PartDigests {
    private final @Nullable PartPlan plan;
    private final List<Md5> finished = new ArrayList<>();
    private final MessageDigest part = newMd5();
    private long missingBytes;

    PartDigests(@Nullable PartPlan plan) {
      this.plan = plan;
      this.missingBytes = plan == null ? 0 : plan.length(0);
    }

    void update(byte[] bytes, int count) {
      if (plan == null) {
        return;
      }
      int from = 0;
      while (from < count) {
        if (missingBytes == 0) {
          finished.add(Md5.ofBytes(part.digest()));
          missingBytes = plan.length(finished.size());
        }
        int taken = (int) Math.min(missingBytes, count - from);
        part.update(bytes, from, taken);
        from += taken;
        missingBytes -= taken;
      }
    }

    List<Md5> finish() {
      if (plan != null) {
        finished.add(Md5.ofBytes(part.digest()));
      }
      return finished;
    }
  }
}
