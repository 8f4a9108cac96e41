package org.assetstager.catalog;

import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.FileId;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * The object in a bucket under the key of a content. It isn't proved that its bytes have this MD5.
 *
 * @param topHash the namespace
 * @param md5 32 lower-case hex digits, as the key says
 * @param size bytes, or {@link ObjectFacts#UNKNOWN_SIZE}
 * @param etag without quotes, or null where the store gives none
 * @param etagIsNoMd5 whether the store said that the object is under SSE-KMS or SSE-C, where an
 *     ETag proves nothing; listings and inventories don't say so
 */
public record KnownContent(
    String topHash, String md5, long size, @Nullable String etag, boolean etagIsNoMd5) {
  public static final RecordCodec<KnownContent> CODEC = RecordCodec.of(KnownContent.class);

  /**
   * Reads an entry of a listing; empty where its key is none of a content.
   *
   * @param contents what the keys of all contents begin with: {@link ContentKey#contents}
   */
  public static Optional<KnownContent> of(String contents, ListPage.Entry entry) {
    String key = entry.key();
    int end = key.startsWith(contents) ? key.indexOf('/', contents.length()) : -1;
    if (end < 0) {
      return Optional.empty();
    }
    String topHash = key.substring(contents.length(), end);
    return FileId.parse(key.substring(end + 1))
        .map(id -> new KnownContent(topHash, id.md5().toHex(), entry.size(), entry.etag(), false));
  }
}
