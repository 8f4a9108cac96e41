package org.assetstager.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bucket says of one object. Anyone who may write to the bucket can have written the
 * metadata: it is a hint, never proof.
 *
 * @param size bytes, or {@link #UNKNOWN_SIZE}
 * @param etag without quotes, or null where the store gives none
 * @param metadata user metadata, the names in lower case and without {@code x-amz-meta-}
 * @param kms whether it is under SSE-KMS, where an ETag is no MD5
 * @param version in a bucket that keeps versions, or null
 */
public record ObjectFacts(
    long size,
    @Nullable String etag,
    Map<String, String> metadata,
    boolean kms,
    @Nullable String version) {
  /** The size of an object that the store tells nothing of: no content has it. */
  public static final long UNKNOWN_SIZE = -1;

  /** An object that is there, but that only who put it can read, as under SSE-C. */
  static final ObjectFacts UNREADABLE = new ObjectFacts(UNKNOWN_SIZE, null, Map.of(), true, null);

  public ObjectFacts {
    metadata = Map.copyOf(metadata);
  }
}
