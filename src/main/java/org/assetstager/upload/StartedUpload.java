package org.assetstager.upload;

import org.jspecify.annotations.Nullable;

/**
 * A multipart upload that many tasks send parts of, or why there is none.
 *
 * @param result set where nothing is to be sent: the content is known, or the file was refused
 * @param uploadId null where {@code result} is set
 * @param partSize bytes of each part but the last
 * @param partMd5s 32 hex digits for each part, in order; empty where {@code result} is set
 * @param replaces whether something unproved is under the key
 * @param replacedEtag its ETag, or null
 */
public record StartedUpload(
    @Nullable UploadResult result,
    @Nullable String uploadId,
    long partSize,
    String partMd5s,
    boolean replaces,
    @Nullable String replacedEtag) {}
