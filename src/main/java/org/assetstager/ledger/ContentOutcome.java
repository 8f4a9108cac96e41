package org.assetstager.ledger;

import org.assetstager.asset.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a content, for all rows that have it. The names are apart from those of {@link
 * org.assetstager.verify.VerifiedRow}, with which it is joined.
 *
 * @param contentOutcome from the exclusion, or from the upload of the row that represents it
 * @param contentDetail a code or words, or null
 * @param contentEtag of the object, without quotes, or null
 * @param contentBytesUploaded the object's size if this run put it, else 0
 * @param byFile manifest file of the row that represents the content
 * @param byPosition manifest position of that row
 * @param contentErrorCode of the file system or of S3, or null
 * @param contentFinishedAt milliseconds since the epoch; null where nothing was uploaded
 */
public record ContentOutcome(
    Outcome contentOutcome,
    @Nullable String contentDetail,
    @Nullable String contentEtag,
    long contentBytesUploaded,
    String byFile,
    long byPosition,
    @Nullable String contentErrorCode,
    @Nullable String contentError,
    @Nullable Long contentFinishedAt) {}
