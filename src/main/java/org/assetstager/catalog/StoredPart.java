package org.assetstager.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A part of a multipart upload that is open.
 *
 * @param index 0 for the first; S3's part number less one
 * @param size bytes
 * @param etag as S3 gives it, with its quotes, or null where the store gives none
 */
public record StoredPart(int index, long size, @Nullable String etag) {}
