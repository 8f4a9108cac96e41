package org.assetstager.upload;

import org.jspecify.annotations.Nullable;

/**
 * What became of one part.
 *
 * @param index 0 for the first; S3's part number less one
 * @param etag as S3 gave it; null where {@code failure} is set
 * @param failure what the whole content becomes because of this part, or null
 */
public record SentPart(int index, @Nullable String etag, @Nullable UploadResult failure) {}
