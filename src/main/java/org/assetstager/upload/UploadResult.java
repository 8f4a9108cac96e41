package org.assetstager.upload;

import org.assetstager.asset.Outcome;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one planned content.
 *
 * @param verified the row and its verdict: by the MD5 of its file where that was read whole, {@link
 *     VerifiedRow#digested}; else {@link Verdict#UNCHANGED} only says that nothing speaks against
 *     the file
 * @param content what the content becomes by this row: STAGED, KNOWN_STAGING, KNOWN_REMOTE,
 *     CONFLICT or FAILED where the verdict is {@link Verdict#UNCHANGED}, else the verdict's
 *     outcome; with the detail {@link #REPLACED}, {@link #CHANGED_AFTER}, both with a comma
 *     between, words about the outcome, or none
 */
public record UploadResult(VerifiedRow verified, ContentOutcome content) {
  /** Detail: something else was under the key. */
  public static final String REPLACED = "REPLACED";

  /** Detail: the file changed after its bytes, still those that the user added, were staged. */
  public static final String CHANGED_AFTER = "CHANGED_AFTER";

  static UploadResult staged(UploadSource source, @Nullable String detail, @Nullable String etag) {
    long size = source.planned().size();
    return of(source.verified(), Outcome.STAGED, detail, etag, size, null, null);
  }

  /** Makes the result for a content that is there already. */
  static UploadResult known(
      UploadSource source, Outcome outcome, @Nullable String detail, @Nullable String etag) {
    return of(source.verified(), outcome, detail, etag, 0, null, null);
  }

  static UploadResult failed(UploadSource source, String errorCode, @Nullable String error) {
    return of(source.verified(), Outcome.FAILED, null, null, 0, errorCode, error);
  }

  /** Makes the result for a row whose file isn't what the row says. */
  static UploadResult refused(VerifiedRow verified) {
    Outcome outcome = Outcome.valueOf(verified.verdict().name());
    return of(verified, outcome, verified.detail(), null, 0, null, verified.error());
  }

  private static UploadResult of(
      VerifiedRow verified,
      Outcome outcome,
      @Nullable String detail,
      @Nullable String etag,
      long bytesUploaded,
      @Nullable String errorCode,
      @Nullable String error) {
    return new UploadResult(
        verified,
        new ContentOutcome(
            outcome,
            detail,
            etag,
            bytesUploaded,
            verified.row().manifestFile(),
            verified.row().manifestPosition(),
            errorCode,
            error,
            System.currentTimeMillis()));
  }
}
