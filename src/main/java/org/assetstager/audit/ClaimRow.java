package org.assetstager.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * What an audit reads of a row of a ledger, some columns of {@link
 * org.assetstager.ledger.LedgerRow}. Anyone who may write to the ledger's folder can have altered
 * it, so nothing in it is sure.
 */
record ClaimRow(
    @Nullable String topHash,
    @Nullable String root,
    @Nullable String path,
    @Nullable Long size,
    @Nullable String md5,
    Outcome outcome,
    @Nullable String etag) {
  static final RecordCodec<ClaimRow> CODEC = RecordCodec.of(ClaimRow.class);

  /** Ends the key of what an audit saw of a claim. */
  static final byte SEEN = 0;

  /** Ends the key of a claim. */
  static final byte CLAIM = 1;

  /** Returns the content that the row names; null where it can't be what the job wrote. */
  @Nullable ContentName content() {
    return content(topHash, md5, size);
  }

  static @Nullable ContentName content(
      @Nullable String topHash, @Nullable String md5, @Nullable Long size) {
    if (topHash == null || md5 == null || size == null || size < 0) {
      return null;
    }
    try {
      new TopHash(topHash);
      return new ContentName(topHash, Md5.parse(md5).toHex());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns the key of {@link ContentOrder}: the same for rows that claim the same, no others. */
  byte[] key() {
    return key(topHash, md5, size, CLAIM);
  }

  /**
   * Returns a key for what is about a claim, which comes before all claims of the same.
   *
   * @param last {@link #SEEN} or {@link #CLAIM}
   */
  static byte[] key(
      @Nullable String topHash, @Nullable String md5, @Nullable Long size, byte last) {
    ContentName content = content(topHash, md5, size);
    if (content != null) {
      return ContentOrder.key(
          HexFormat.of().parseHex(content.md5()),
          content.topHash(),
          ContentOrder.ROW,
          ByteBuffer.allocate(Long.BYTES + 1)
              .putLong(Objects.requireNonNull(size))
              .put(last)
              .array());
    }
    byte[] text = (topHash + "\n" + md5 + "\n" + size + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] hash = Md5.newDigest().digest(text);
    text[text.length - 1] = last;
    return ContentOrder.key(hash, "", ContentOrder.ROW, text);
  }

  /** Whether a key of a row's kind is of what was seen before, rather than of a claim. */
  static boolean isSeen(byte[] key) {
    return key[key.length - 1] == SEEN;
  }

  /** Whether two keys are about the same claim. */
  static boolean isSame(byte[] one, byte[] other) {
    return one.length == other.length
        && Arrays.equals(one, 0, one.length - 1, other, 0, other.length - 1);
  }
}
