package org.assetstager.catalog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.assetstager.spark.ByteKeys;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The keys that bring objects and rows of one content together in a shuffle: MD5, namespace, then
 * the kind: the remote's object, staging's object, and the rows in the order of their files and
 * positions. So a task that reads them in order sees everything about a content in a row, and keeps
 * one row in memory. {@link ByteKeys} sorts and deals them out, by their MD5s, which are uniform.
 *
 * <pre>
 * bytes  16   MD5; of a row that has none, any
 *        n    namespace, which has no NUL
 *        1    0
 *        1    what it is
 *        ...  of a row: its manifest file, 0, and 8 bytes of its position
 * </pre>
 */
public final class ContentOrder {
  /** An object of the remote. */
  public static final byte REMOTE = 0;

  /** An object of staging. */
  public static final byte STAGING = 1;

  /** A row whose file may have to be staged. */
  public static final byte ROW = 2;

  /** A row that became final in the digest step. */
  public static final byte ENDED = 3;

  private static final int MD5_BYTES = 16;

  private ContentOrder() {}

  public static byte[] keyOf(byte side, KnownContent known) {
    return key(HexFormat.of().parseHex(known.md5()), known.topHash(), side, new byte[0]);
  }

  /** What the key of a row needs of its {@link Candidate}. */
  public record Row(
      String manifestFile,
      long manifestPosition,
      @Nullable String topHash,
      Verdict verdict,
      @Nullable String md5) {
    public static final RecordCodec<Row> CODEC = RecordCodec.of(Row.class);
  }

  public static byte[] keyOf(Row row) {
    byte[] file = row.manifestFile().getBytes(StandardCharsets.UTF_8);
    byte[] order =
        ByteBuffer.allocate(file.length + 1 + Long.BYTES)
            .put(file)
            .put((byte) 0)
            .putLong(row.manifestPosition())
            .array();
    String md5 = row.md5();
    byte[] content =
        md5 == null
            ? ByteBuffer.allocate(MD5_BYTES).putInt(Arrays.hashCode(order)).array()
            : HexFormat.of().parseHex(md5);
    return key(
        content,
        row.topHash() == null ? "" : row.topHash(),
        row.verdict() == Verdict.UNCHANGED ? ROW : ENDED,
        order);
  }

  /**
   * Makes a key.
   *
   * @param md5 16 bytes
   * @param topHash has no NUL
   * @param order among those of the same content
   */
  public static byte[] key(byte[] md5, String topHash, byte what, byte[] order) {
    byte[] namespace = topHash.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(MD5_BYTES + namespace.length + 2 + order.length)
        .put(md5)
        .put(namespace)
        .put((byte) 0)
        .put(what)
        .put(order)
        .array();
  }

  public static byte what(byte[] key) {
    return key[contentLength(key)];
  }

  public static boolean sameContent(byte[] one, byte[] other) {
    int length = contentLength(one);
    return Arrays.equals(one, 0, length, other, 0, Math.min(length, other.length));
  }

  private static int contentLength(byte[] key) {
    int at = MD5_BYTES;
    while (key[at] != 0) {
      at++;
    }
    return at + 1;
  }
}
