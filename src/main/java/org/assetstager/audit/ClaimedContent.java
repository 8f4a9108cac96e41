package org.assetstager.audit;

import java.util.Comparator;
import org.assetstager.asset.Outcome;
import org.assetstager.catalog.ContentName;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger claims of one content, for all of its rows. Anyone who may write to the ledger's
 * folder can have altered it, so nothing in it is sure.
 *
 * @param topHash the namespace
 * @param md5 32 hex digits
 * @param size bytes
 * @param inRemote whether the run found it in the remote
 * @param recordedEtag of the object that the run proved in staging, without quotes; null where it
 *     proved none
 * @param rows how many rows of the ledger claim it
 * @param exampleRoot root of one of these rows
 * @param examplePath path of that row
 */
public record ClaimedContent(
    @Nullable String topHash,
    @Nullable String md5,
    @Nullable Long size,
    boolean inRemote,
    @Nullable String recordedEtag,
    long rows,
    @Nullable String exampleRoot,
    @Nullable String examplePath) {
  /** Turns records into rows, and back. */
  public static final RecordCodec<ClaimedContent> CODEC = RecordCodec.of(ClaimedContent.class);

  private static final Comparator<@Nullable String> TEXTS =
      Comparator.nullsFirst(Comparator.naturalOrder());

  private static final Comparator<ClaimedContent> BY_EXAMPLE =
      Comparator.comparing(ClaimedContent::exampleRoot, TEXTS)
          .thenComparing(ClaimedContent::examplePath, TEXTS);

  /** Returns the content that is claimed; null where it can't be what the job wrote. */
  public @Nullable ContentName content() {
    return ClaimRow.content(topHash, md5, size);
  }

  /** Returns the same without what the run said of the object in staging. */
  public ClaimedContent withoutRecordedEtag() {
    return new ClaimedContent(topHash, md5, size, inRemote, null, rows, exampleRoot, examplePath);
  }

  /** Makes what one row claims. */
  static ClaimedContent of(ClaimRow row) {
    boolean inRemote = row.outcome() == Outcome.KNOWN_REMOTE;
    return new ClaimedContent(
        row.topHash(),
        row.md5(),
        row.size(),
        inRemote,
        // What lies in the remote the run has compared by its size only.
        inRemote ? null : row.etag(),
        1,
        row.root(),
        row.path());
  }

  /** Returns what both claim of the same content; whichever rows come first, it is the same. */
  ClaimedContent plus(ClaimedContent other) {
    ClaimedContent example = BY_EXAMPLE.compare(this, other) <= 0 ? this : other;
    return new ClaimedContent(
        topHash,
        md5,
        size,
        inRemote && other.inRemote,
        TEXTS.compare(recordedEtag, other.recordedEtag) >= 0 ? recordedEtag : other.recordedEtag,
        rows + other.rows,
        example.exampleRoot,
        example.examplePath);
  }
}
