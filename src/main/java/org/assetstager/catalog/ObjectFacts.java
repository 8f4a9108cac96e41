package org.assetstager.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bucket says of one object. Anyone who may write to the bucket can have written the
 * metadata: it is a hint, never proof.
 *
 * @param size bytes
 * @param etag without quotes, or null where the store gives none
 * @param metadata user metadata, the names in lower case and without {@code x-amz-meta-}
 * @param kms whether it is under SSE-KMS, where an ETag is no MD5
 */
public record ObjectFacts(
    long size, @Nullable String etag, Map<String, String> metadata, boolean kms) {
  /** Keeps a copy of the map. */
  public ObjectFacts {
    metadata = Map.copyOf(metadata);
  }
}
