package org.assetstager.catalog;

import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.TopHash;
import org.jspecify.annotations.Nullable;
import org.assetstager.spark.RecordCodec;

/**
 * What a bucket holds under the key of a content; that the bytes have this MD5 is not proved.
 *
 * @param topHash the namespace
 * @param md5 32 lower-case hex digits, as the key says
 * @param size bytes, or {@link ObjectFacts#UNKNOWN_SIZE}
 * @param etag without quotes, or null where the store gives none
 */
public record KnownContent(String topHash, String md5, long size, @Nullable String etag) {
  /** Turns records into rows and bytes, and back. */
  public static final RecordCodec<KnownContent> CODEC = RecordCodec.of(KnownContent.class);


  /**
   * Reads an entry of a listing; empty where its key is none of a content.
   *
   * @param prefix of the bucket's settings
   */
  public static Optional<KnownContent> of(String prefix, TopHash topHash, ListPage.Entry entry) {
    return ContentKey.md5Of(ContentKey.namespace(prefix, topHash), entry.key())
        .map(md5 -> new KnownContent(topHash.value(), md5.toHex(), entry.size(), entry.etag()));
  }
}
