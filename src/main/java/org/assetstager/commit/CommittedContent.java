package org.assetstager.commit;

import java.io.Serializable;
import org.assetstager.audit.ClaimedContent;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * What became of one content: a row of a commit's ledger, whose columns are the components in snake
 * case.
 *
 * @param topHash the namespace, as the run's ledger says
 * @param md5 as the run's ledger says: 32 lower-case hex digits, unless it is damaged
 * @param key of the content in the remote; null where the run's ledger is damaged
 * @param size bytes, as the run's ledger says
 * @param state after the commit: {@code committed}, {@code committing} or {@code staged}
 * @param etag of the remote's object, without quotes, or null
 * @param remedy what a person has to do, or null
 * @param error what is wrong, in words, or null
 * @param stagedRemoved whether this commit has deleted the object in staging
 * @param rows how many rows of the run's ledger have the content
 * @param exampleRoot root of one of these rows
 * @param examplePath path of that row
 * @param endedAt milliseconds since the epoch
 */
public record CommittedContent(
    @Nullable String topHash,
    @Nullable String md5,
    @Nullable String key,
    @Nullable Long size,
    CommitOutcome outcome,
    String state,
    @Nullable String etag,
    @Nullable String remedy,
    @Nullable String error,
    boolean stagedRemoved,
    long rows,
    @Nullable String exampleRoot,
    @Nullable String examplePath,
    long endedAt)
    implements Serializable {
  /** Turns records into rows, and back. */
  public static final RecordCodec<CommittedContent> CODEC = RecordCodec.of(CommittedContent.class);

  /** Makes the row of a content. */
  static CommittedContent of(
      ClaimedContent claim,
      @Nullable String key,
      CommitOutcome outcome,
      @Nullable String etag,
      @Nullable String error) {
    return new CommittedContent(
        claim.topHash(),
        claim.md5(),
        key,
        claim.size(),
        outcome,
        outcome.state(),
        etag,
        outcome.remedy(),
        error,
        false,
        claim.rows(),
        claim.exampleRoot(),
        claim.examplePath(),
        System.currentTimeMillis());
  }

  /**
   * Returns the same row with what came of deleting the object in staging.
   *
   * @param problem why it was not deleted, or null
   */
  CommittedContent removed(@Nullable String problem) {
    return new CommittedContent(
        topHash,
        md5,
        key,
        size,
        outcome,
        state,
        etag,
        remedy,
        problem,
        problem == null,
        rows,
        exampleRoot,
        examplePath,
        endedAt);
  }
}
