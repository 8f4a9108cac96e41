package org.assetstager.upload;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is on record of a multipart upload as long as it is open, so that a later attempt or run can
 * go on with it or abort it.
 *
 * @param key the whole key
 * @param uploadId as S3 gave it
 * @param partSize bytes of each part but the last
 * @param sourceEtag of the object that its parts are copied from, without quotes; null where they
 *     are sent
 * @param driver whose tasks have counted it: {@link UploadLog#driver}
 */
public record OpenUpload(
    String key, String uploadId, long partSize, @Nullable String sourceEtag, String driver) {
  public OpenUpload {
    Objects.requireNonNull(key);
    Objects.requireNonNull(uploadId);
    Objects.requireNonNull(driver);
  }

  /** Returns the same upload as another driver's. */
  OpenUpload withDriver(String other) {
    return new OpenUpload(key, uploadId, partSize, sourceEtag, other);
  }
}
