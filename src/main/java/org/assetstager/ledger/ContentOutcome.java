package org.assetstager.ledger;

import org.assetstager.asset.Outcome;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a content, for all rows that have it.
 *
 * @param outcome from the exclusion, or from the upload of the row that represents it
 * @param detail a code or words, or null
 * @param etag of the object, without quotes; null where there is none, or it has none
 * @param bytesUploaded the object's size if this run put it, else 0
 * @param byFile manifest file of the row that represents the content
 * @param byPosition manifest position of that row
 * @param errorCode of the file system or of S3, or null
 * @param error in words, or null
 * @param finishedAt milliseconds since the epoch; null where nothing was uploaded
 */
public record ContentOutcome(
    Outcome outcome,
    @Nullable String detail,
    @Nullable String etag,
    long bytesUploaded,
    String byFile,
    long byPosition,
    @Nullable String errorCode,
    @Nullable String error,
    @Nullable Long finishedAt) {
  /** Returns the outcome of a content that nothing is uploaded of. */
  public static ContentOutcome of(
      VerifiedRow by, Outcome outcome, @Nullable String detail, @Nullable String etag) {
    String file = by.row().manifestFile();
    return new ContentOutcome(
        outcome, detail, etag, 0, file, by.row().manifestPosition(), null, null, null);
  }
}
