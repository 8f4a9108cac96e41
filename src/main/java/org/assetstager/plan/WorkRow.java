package org.assetstager.plan;

import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * A row of a work file of the transfer. All rows of a content follow one another, in the order of
 * their manifest files and positions.
 *
 * @param candidate claims the content's MD5; never without one
 * @param decision about the content, the same for all its rows
 * @param place of the row among those of its content, from 0; the first stands for it
 * @param objectSize bytes of the object that the decision is about: the remote's for {@link
 *     Exclusion#KNOWN_REMOTE} and {@link Exclusion#CONFLICT}, else staging's; null where there is
 *     none
 * @param objectEtag ETag of that object without quotes, or null
 */
public record WorkRow(
    Candidate candidate,
    Exclusion decision,
    long place,
    @Nullable Long objectSize,
    @Nullable String objectEtag) {
  /** Turns rows into Spark's and bytes, and back. */
  public static final RecordCodec<WorkRow> CODEC = RecordCodec.of(WorkRow.class);
}
