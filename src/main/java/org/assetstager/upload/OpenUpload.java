package org.assetstager.upload;

/**
 * What has to be on record of a multipart upload, so that a later run can clean up or go on.
 *
 * @param key the whole key
 * @param uploadId as S3 gave it
 * @param state told right after the upload was opened, and when it is no longer open
 */
public record OpenUpload(String key, String uploadId, State state) {
  /** What became of the upload. */
  public enum State {
    /** It is open. */
    OPENED,
    /** Its object is there. */
    COMPLETED,
    /** It is gone without an object. */
    ABORTED
  }
}
