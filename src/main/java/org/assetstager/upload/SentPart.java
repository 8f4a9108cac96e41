package org.assetstager.upload;

import org.jspecify.annotations.Nullable;

/**
 * What became of one part.
 *
 * @param partIndex 0 for the first; S3's part number less one
 * @param partEtag as S3 gave it; null where {@code ending} is set
 * @param partBytes bytes that are in staging now, whoever sent them
 * @param ending an {@link UploadResult} as text: what the whole content becomes because of this
 *     part; else null
 */
public record SentPart(
    String uploadId,
    int partIndex,
    @Nullable String partEtag,
    long partBytes,
    @Nullable String ending) {}
