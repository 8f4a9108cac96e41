package org.assetstager.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    ContentName content = content();
    if (content != null) {
      return ContentOrder.key(
          HexFormat.of().parseHex(content.md5()),
          content.topHash(),
          ContentOrder.ROW,
          ByteBuffer.allocate(Long.BYTES).putLong(Objects.requireNonNull(size)).array());
    }
    byte[] text = (topHash + "\n" + md5 + "\n" + size).getBytes(StandardCharsets.UTF_8);
    return ContentOrder.key(Md5.newDigest().digest(text), "", ContentOrder.ROW, text);
  }
}
