package org.assetstager.upload;

import org.assetstager.asset.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What became of one planned content.
 *
 * @param outcome STAGED, KNOWN_STAGING, MODIFIED, DELETED, UNREADABLE, OUTSIDE_ROOT or FAILED; of a
 *     dry run PLANNED instead of STAGED and FAILED
 * @param detail {@link #REPLACED}, {@link #CHANGED_AFTER}, both with a comma between, or what has
 *     changed in words; null where there is nothing to add
 * @param etag of the object in staging, without quotes; null where it isn't there or has none
 * @param bytesUploaded the object's size where this run put it, else 0
 * @param errorCode of S3, null unless FAILED
 * @param error in words, or null
 * @param finishedAtMillis milliseconds since the epoch
 */
public record UploadResult(
    String topHash,
    String md5,
    String manifestFile,
    long manifestPosition,
    Outcome outcome,
    @Nullable String detail,
    @Nullable String etag,
    long bytesUploaded,
    @Nullable String errorCode,
    @Nullable String error,
    long finishedAtMillis) {
  /** Detail: something else was under the key. */
  public static final String REPLACED = "REPLACED";

  /** Detail: the file changed after its bytes, still those that the user added, were staged. */
  public static final String CHANGED_AFTER = "CHANGED_AFTER";

  static UploadResult staged(
      PlannedUpload planned, @Nullable String detail, @Nullable String etag) {
    return of(planned, Outcome.STAGED, detail, etag, planned.size(), null, null);
  }

  static UploadResult known(PlannedUpload planned, @Nullable String etag) {
    return of(planned, Outcome.KNOWN_STAGING, null, etag, 0, null, null);
  }

  static UploadResult modified(PlannedUpload planned, @Nullable String detail) {
    return of(planned, Outcome.MODIFIED, detail, null, 0, null, null);
  }

  static UploadResult planned(PlannedUpload planned, @Nullable String detail) {
    return of(planned, Outcome.PLANNED, detail, null, 0, null, null);
  }

  static UploadResult refused(PlannedUpload planned, Outcome outcome, @Nullable String error) {
    return of(planned, outcome, null, null, 0, null, error);
  }

  static UploadResult failed(PlannedUpload planned, String errorCode, @Nullable String error) {
    return of(planned, Outcome.FAILED, null, null, 0, errorCode, error);
  }

  private static UploadResult of(
      PlannedUpload planned,
      Outcome outcome,
      @Nullable String detail,
      @Nullable String etag,
      long bytesUploaded,
      @Nullable String errorCode,
      @Nullable String error) {
    return new UploadResult(
        planned.topHash(),
        planned.md5(),
        planned.manifestFile(),
        planned.manifestPosition(),
        outcome,
        detail,
        etag,
        bytesUploaded,
        errorCode,
        error,
        System.currentTimeMillis());
  }
}
