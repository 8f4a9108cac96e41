package org.assetstager.upload;

/**
 * What is on record of a multipart upload as long as it is open, so that a later attempt or run can
 * go on with it or abort it.
 *
 * @param bucket staging's name
 * @param key the whole key
 * @param uploadId as S3 gave it
 * @param partSize bytes of each part but the last
 * @param partMd5s of all parts, 32 hex digits each, in order
 */
public record OpenUpload(
    String bucket, String key, String uploadId, long partSize, String partMd5s) {}
