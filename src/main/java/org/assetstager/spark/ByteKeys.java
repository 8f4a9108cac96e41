package org.assetstager.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.spark.Partitioner;

/**
 * Keys of a shuffle that brings groups together, each in one task, one element after another: what
 * the group is, then a tag that orders the elements of a group. Keys are compared as unsigned
 * bytes. All end in 0 and a tag; {@link #of} makes these:
 *
 * <pre>
 * bytes  8    hash of the group
 *        n    the group as UTF-8
 *        1    0
 *        1    tag
 * </pre>
 */
public final class ByteKeys implements Comparator<byte[]>, Serializable {
  private static final long serialVersionUID = 1;

  @Override
  public int compare(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other);
  }

  /**
   * Makes a key.
   *
   * @param hash of the group, uniform
   * @param group has no NUL at its end
   */
  public static byte[] of(long hash, String group, byte tag) {
    byte[] text = group.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length + 2)
        .putLong(hash)
        .put(text)
        .put((byte) 0)
        .put(tag)
        .array();
  }

  /** Returns a key's tag. */
  public static byte tag(byte[] key) {
    return key[key.length - 1];
  }

  /** Whether two keys are of one group. */
  public static boolean sameGroup(byte[] one, byte[] other) {
    return Arrays.equals(one, 0, one.length - 1, other, 0, other.length - 1);
  }

  /** Deals groups out by their hashes. */
  public static class ByHash extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int partitions;

    /** Deals them out to so many partitions. */
    public ByHash(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      return Math.floorMod(hash((byte[]) key), partitions);
    }

    /** Returns what is the same for all keys of a group. */
    protected int hash(byte[] key) {
      return ByteBuffer.wrap(key).getInt();
    }
  }
}
