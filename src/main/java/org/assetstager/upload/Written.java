package org.assetstager.upload;

import org.jspecify.annotations.Nullable;

/**
 * S3's answer to a write that it accepted.
 *
 * @param etag without quotes, or null where the store gives none
 * @param proved whether the answer proves the bytes: by the ETag, or, under SSE-KMS, where an ETag
 *     is no MD5, by the {@code Content-MD5} having been accepted
 */
record Written(@Nullable String etag, boolean proved) {}
