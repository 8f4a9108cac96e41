package org.assetstager.plan;

import static java.util.Objects.requireNonNull;

import org.assetstager.asset.Outcome;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * A row of a work file of the transfer. All rows of a content follow one another, in the order of
 * their manifest files and positions.
 *
 * @param candidate claims the content's MD5; never without one
 * @param decision about the content; rows that claim other sizes may differ in whether what the
 *     remote holds is it, never in whether it is sent
 * @param objectSize bytes of the object that the decision is about: the remote's for {@link
 *     Exclusion#KNOWN_REMOTE} and {@link Exclusion#CONFLICT}, else staging's; null where there is
 *     none
 * @param objectEtag ETag of that object without quotes, or null
 */
public record WorkRow(
    Candidate candidate,
    Exclusion decision,
    @Nullable Long objectSize,
    @Nullable String objectEtag) {
  /** Turns rows into Spark's and bytes, and back. */
  public static final RecordCodec<WorkRow> CODEC = RecordCodec.of(WorkRow.class);

  /**
   * Whether the row's file is read although it isn't sent. Where staging is proved to hold the
   * content with another size than the file's, the file can't have that content: it is read even if
   * digests are trusted.
   */
  public boolean isRead(DigestMode digest) {
    VerifiedRow found = candidate.found();
    boolean doubted =
        decision == Exclusion.KNOWN_STAGING
            && objectSize != null
            && !objectSize.equals(found.size());
    return !found.digested() && (digest == DigestMode.ALWAYS || found.detail() != null || doubted);
  }

  /** Returns the outcome that the decision is for the row's content, which isn't sent. */
  public ContentOutcome known() {
    VerifiedRow found = candidate.found();
    String detail =
        decision == Exclusion.CONFLICT
            ? Exclusion.conflict(
                requireNonNull(objectSize), objectEtag, requireNonNull(found.row().storedSize()))
            : null;
    return ContentOutcome.of(found, Outcome.valueOf(decision.name()), detail, objectEtag);
  }
}
