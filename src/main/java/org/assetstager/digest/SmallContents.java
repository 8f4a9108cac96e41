package org.assetstager.digest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Md5Chain.Blocks;
import org.jspecify.annotations.Nullable;

/**
 * Small contents, each read whole, that are then hashed side by side. So no thread waits for
 * another one, and no file is open longer than its reading. For one thread at a time; {@link
 * FileDigester#smallContents} gives it.
 */
public final class SmallContents implements AutoCloseable {
  private static final int BLOCK = Md5Steps.BLOCK_BYTES;

  /** MD5 appends a bit and the length (RFC 1321, sections 3.1 and 3.2). */
  private static final int LEAST_PADDING = 1 + Long.BYTES;

  // Channels copy by way of a buffer outside the heap: one that stays in a core's cache.
  private static final int MOST_READ_BYTES = 64 << 10;

  private final Supplier<@Nullable LanePool> pools;
  private final Consumer<SmallContents> giveBack;
  private final List<Content> contents = new ArrayList<>();
  private byte[] bytes = new byte[0];
  private int room;
  private int used;

  /** A content and its padding. */
  private record Content(int size, Blocks blocks) {}

  /**
   * Makes an empty place.
   *
   * @param pools where to hash; null where there is no pool yet
   * @param giveBack takes the place when it is closed
   */
  SmallContents(Supplier<@Nullable LanePool> pools, Consumer<SmallContents> giveBack) {
    this.pools = pools;
    this.giveBack = giveBack;
  }

  /** Returns the room that a content of some bytes takes. */
  public static long roomFor(long size) {
    long blocks = size / BLOCK + (size % BLOCK + LEAST_PADDING + BLOCK - 1) / BLOCK;
    return blocks > Long.MAX_VALUE / BLOCK ? Long.MAX_VALUE : blocks * BLOCK;
  }

  /** Sets how much is to fit; the memory is taken by the first content, if there is one. */
  void makeRoom(int roomNeeded) {
    room = roomNeeded;
  }

  /**
   * Reads a file to its end, once.
   *
   * @param size the bytes that the file should have; there must be {@linkplain #roomFor room}
   * @param bytesRead callback that receives the number of bytes of every read
   * @throws SizeChangedException if the file turns out shorter or longer; then it isn't one of the
   *     contents
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; it stays so
   */
  public void read(FileChannel channel, long size, LongConsumer bytesRead) throws IOException {
    int taken = (int) roomFor(size);
    if (bytes.length < room) {
      bytes = new byte[room];
    }
    // The padding has room for one byte more, so that a file that has grown shows it.
    ByteBuffer target = ByteBuffer.wrap(bytes, used, taken).slice();
    int position = 0;
    while (true) {
      target.limit((int) Math.min(size + 1, (long) position + MOST_READ_BYTES));
      int count = channel.read(target, position);
      if (count < 0) {
        break;
      }
      position += count;
      if (position > size) {
        throw SizeChangedException.grown(size);
      }
      bytesRead.accept(count);
    }
    if (position < size) {
      throw SizeChangedException.shrunk(size, position);
    }
    pad(target.clear(), position);
    contents.add(
        new Content(position, new Blocks(Md5Steps.initialState(), bytes, used, taken / BLOCK)));
    used += taken;
  }

  private static void pad(ByteBuffer content, int size) {
    int length = content.limit() - Long.BYTES;
    content.put(size, (byte) 0x80);
    for (int at = size + 1; at < length; at++) {
      content.put(at, (byte) 0);
    }
    content.order(ByteOrder.LITTLE_ENDIAN).putLong(length, (long) size * Byte.SIZE);
  }

  /** Returns the contents' MD5s, in the order in which they were read. */
  public List<Md5> hash() {
    LaneSupport.ofThisJvm().digested(used);
    LanePool pool = pools.get();
    if (pool == null || contents.size() < LaneRun.LEAST_CHAINS) {
      return contents.stream().map(this::hashAlone).toList();
    }
    // The longest first, so that none is left over for the end.
    pool.hashMany(
        contents.stream()
            .map(Content::blocks)
            .sorted(Comparator.comparingInt(Blocks::count).reversed())
            .toList());
    return contents.stream().map(content -> Md5Chain.md5(content.blocks().state())).toList();
  }

  private Md5 hashAlone(Content content) {
    MessageDigest digest = Md5.newDigest();
    digest.update(bytes, content.blocks().offset(), content.size());
    return Md5.ofBytes(digest.digest());
  }

  @Override
  public void close() {
    contents.clear();
    used = 0;
    giveBack.accept(this);
  }
}
