package org.assetstager.digest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.assetstager.asset.Md5;

/**
 * The MD5 of bytes that come in pieces (RFC 1321). Unlike a {@link java.security.MessageDigest} it
 * lets others hash its whole blocks: see {@link #take}. For one thread at a time.
 */
final class Md5Chain {
  private static final int BLOCK = Md5Steps.BLOCK_BYTES;

  private final int[] state;
  private final byte[] partial = new byte[BLOCK];
  private int partialBytes;
  private long length;

  /** Starts with no bytes. */
  Md5Chain() {
    this.state = Md5Steps.initialState();
  }

  /**
   * Goes on where another chain was.
   *
   * @param saved by {@link #save}
   */
  Md5Chain(String saved) {
    ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(saved));
    this.state = new int[] {bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt()};
    this.length = bytes.getLong();
    this.partialBytes = bytes.remaining();
    bytes.get(partial, 0, partialBytes);
  }

  /** Returns all that another chain needs to continue from here, as hex. */
  String save() {
    ByteBuffer bytes = ByteBuffer.allocate(Md5.BYTES + Long.BYTES + partialBytes);
    for (int word : state) {
      bytes.putInt(word);
    }
    bytes.putLong(length).put(partial, 0, partialBytes);
    return HexFormat.of().formatHex(bytes.array());
  }

  /**
   * Whole blocks that a chain waits for.
   *
   * @param state the chain's own array of four words; hashing the blocks changes its values
   * @param offset where in {@code bytes} they begin
   * @param count how many there are; may be 0
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
  record Blocks(int[] state, byte[] bytes, int offset, int count) {
    void hash() {
      Md5Steps.hash(bytes, offset, count, state);
    }
  }

  /**
   * Appends bytes, except for their whole blocks: those are returned and must be hashed before the
   * next call.
   */
  Blocks take(byte[] bytes, int offset, int count) {
    length += count;
    int from = offset;
    int end = offset + count;
    if (partialBytes > 0) {
      int taken = Math.min(BLOCK - partialBytes, count);
      System.arraycopy(bytes, from, partial, partialBytes, taken);
      partialBytes += taken;
      from += taken;
      if (partialBytes < BLOCK) {
        return new Blocks(state, bytes, from, 0);
      }
      Md5Steps.hash(partial, 0, 1, state);
    }
    int blocks = (end - from) / BLOCK;
    int rest = from + blocks * BLOCK;
    partialBytes = end - rest;
    System.arraycopy(bytes, rest, partial, 0, partialBytes);
    return new Blocks(state, bytes, from, blocks);
  }

  /** Returns the MD5; the chain is used up. */
  Md5 finish() {
    byte[] padding = Arrays.copyOf(partial, partialBytes < BLOCK - Long.BYTES ? BLOCK : 2 * BLOCK);
    Arrays.fill(padding, partialBytes, padding.length, (byte) 0);
    padding[partialBytes] = (byte) 0x80;
    ByteBuffer.wrap(padding)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padding.length - Long.BYTES, length * Byte.SIZE);
    Md5Steps.hash(padding, 0, padding.length / BLOCK, state);
    return md5(state);
  }

  /** Returns the MD5 that a chain's four words are after its last block. */
  static Md5 md5(int[] state) {
    ByteBuffer md5 = ByteBuffer.allocate(Md5.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    md5.asIntBuffer().put(state);
    return Md5.ofBytes(md5.array());
  }
}
