package org.assetstager.digest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;

/** Computes MD5s of files. Any number of threads may share one. */
public final class FileDigester {
  // From the page cache 16 KiB to 1 MiB were equally fast, as were direct buffers: MD5 is the
  // limit.
  // Fewer reads help on network file systems, and this is all the memory that a file takes.
  private static final int BUFFER_BYTES = 128 << 10;

  /** Smaller files are hashed sooner than they are handed to another thread. */
  private static final int LEAST_LANE_BYTES = LanePool.LEAST_BLOCKS * Md5Steps.BLOCK_BYTES;

  private final Supplier<@Nullable LanePool> pools;
  private final Queue<SmallContents> idleContents = new ConcurrentLinkedQueue<>();
  private volatile @Nullable LanePool pool;

  /** Makes a digester for the threads of one task: what they hash goes side by side. */
  public FileDigester() {
    this(LaneSupport.ofThisJvm()::newPool);
  }

  /**
   * Makes a digester with pools of one's own.
   *
   * @param pools asked until it gives one; null where there is none yet
   */
  FileDigester(Supplier<@Nullable LanePool> pools) {
    this.pools = pools;
  }

  /**
   * Says that the calling thread is about to bring a file. Chains go side by side only where
   * several threads have said so: those that have bytes wait for the others, milliseconds at most.
   */
  public Membership join() {
    LanePool joined = pool();
    return joined == null ? () -> {} : joined.join();
  }

  /**
   * Returns an empty place for small contents; closing it gives it back.
   *
   * @param room the sum of what {@link SmallContents#roomFor} says of them
   */
  public SmallContents smallContents(int room) {
    SmallContents idle = idleContents.poll();
    SmallContents contents = idle == null ? new SmallContents(this::pool, idleContents::add) : idle;
    contents.makeRoom(room);
    return contents;
  }

  /**
   * Reads a file to its end, once, for the MD5s of the whole and of its parts: from its first byte,
   * or from where an earlier digest stood. The channel's position isn't used.
   *
   * @param size the bytes that the file should have
   * @param parts how to cut it, of the same size; null for no parts
   * @param bytesRead callback that receives the number of bytes of every read
   * @param checkpoints of a digest with parts; others always begin at the first byte
   * @throws SizeChangedException if the file turns out shorter or longer than {@code size}
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; it stays so
   */
  public Digest digest(
      FileChannel channel,
      long size,
      @Nullable PartPlan parts,
      LongConsumer bytesRead,
      Checkpoints checkpoints)
      throws IOException {
    if (parts != null && parts.size() != size) {
      throw new IllegalArgumentException(
          "The parts are of " + parts.size() + " bytes, the file has " + size);
    }
    ContentHash hash = newHash(size, parts, checkpoints);
    // One more than the size, so that a file that has grown shows it.
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES - 1, size) + 1);
    long first = hash.position();
    long position = first;
    while (true) {
      int count = channel.read(buffer.clear(), position);
      if (count < 0) {
        break;
      }
      position += count;
      if (position > size) {
        throw SizeChangedException.grown(size);
      }
      bytesRead.accept(count);
      hash.update(buffer.array(), count);
    }
    if (position < size) {
      throw SizeChangedException.shrunk(size, position);
    }
    LaneSupport.ofThisJvm().digested(size - first);
    return hash.finish();
  }

  private ContentHash newHash(long size, @Nullable PartPlan parts, Checkpoints checkpoints) {
    LanePool lanePool = size < LEAST_LANE_BYTES ? null : pool();
    if (parts == null && lanePool == null) {
      return new JdkContentHash();
    }
    KnownAnswers.requireRightSteps();
    return new ChainContentHash(parts, lanePool, checkpoints);
  }

  private @Nullable LanePool pool() {
    LanePool found = pool;
    if (found == null) {
      synchronized (pools) {
        found = pool == null ? pools.get() : pool;
        pool = found;
      }
    }
    return found;
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
    MessageDigest joined = Md5.newDigest();
    partMd5s.forEach(part -> joined.update(part.toBytes()));
    return Md5.ofBytes(joined.digest()) + "-" + partMd5s.size();
  }
}
