package org.assetstager.upload;

/**
 * One part of a content that many tasks send.
 *
 * @param partSize bytes of each part but the last
 * @param partIndex 0 for the first; S3's part number less one
 * @param partLength bytes
 * @param partMd5 32 lower-case hex digits
 */
public record PartToSend(
    PlannedUpload content,
    String uploadId,
    long partSize,
    int partIndex,
    long partLength,
    String partMd5) {
  /** Returns this with or without a look at what is there. */
  PartToSend lookingFirst(boolean look) {
    return new PartToSend(
        content.lookingFirst(look), uploadId, partSize, partIndex, partLength, partMd5);
  }
}
