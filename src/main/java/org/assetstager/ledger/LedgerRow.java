package org.assetstager.ledger;

import org.assetstager.asset.Outcome;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger, one for each manifest row. The columns are the components in snake case,
 * those of {@code facts} in its place.
 *
 * @param size bytes of the file as found, else as the manifest says; null where neither is known
 * @param md5 32 lower-case hex digits: as computed, else as the manifest says; null where neither
 *     is known
 * @param verdict a {@link org.assetstager.verify.Verdict}
 * @param detail a code or words about the verdict or the outcome, or null
 * @param state the object's state after the run, or null where the manifest names none
 * @param bucket where the content is: set for known, staged and duplicate rows, else null
 * @param key the content's key in {@code bucket}, or null
 * @param etag the object's ETag without quotes, or null
 * @param bytesUploaded the object's size where this row's upload put it, else 0
 * @param duplicateOf {@code <manifest file>#<position>} of the row that represents this content, or
 *     null
 * @param remedy what a person has to do, the new path of a renamed file among it; or null
 * @param errorCode of the file system or of S3, or null
 * @param verifiedAt milliseconds since the epoch, or null
 * @param stagedAt milliseconds since the epoch, or null
 * @param dryRun whether the run was one that uploads nothing
 * @param facts of the file as last seen
 * @param remedyCode the code of a {@link Remedy}, or null where nothing has to be done
 * @param md5Computed whether the run read the whole file and computed {@code md5} from it; false
 *     where it is the manifest's word
 */
public record LedgerRow(
    String runId,
    String manifestFile,
    long manifestPosition,
    @Nullable String topHash,
    @Nullable String classId,
    @Nullable String asset,
    @Nullable String root,
    @Nullable String path,
    @Nullable Long size,
    @Nullable String md5,
    @Nullable String contentId,
    @Nullable String fileId,
    String verdict,
    @Nullable String detail,
    Outcome outcome,
    @Nullable String state,
    @Nullable String bucket,
    @Nullable String key,
    @Nullable String etag,
    long bytesUploaded,
    @Nullable String duplicateOf,
    @Nullable String remedy,
    @Nullable String errorCode,
    @Nullable String error,
    @Nullable Long verifiedAt,
    @Nullable Long stagedAt,
    @Nullable String mimeType,
    @Nullable String createdBy,
    @Nullable String createdAt,
    boolean dryRun,
    LedgerFacts facts,
    @Nullable String remedyCode,
    boolean md5Computed) {
  /** Turns rows into Spark's, and back. */
  public static final RecordCodec<LedgerRow> CODEC = RecordCodec.of(LedgerRow.class);

  /** Adds the row to the files of a task. */
  public void addTo(TaskFiles files) {
    files.addFinal(CODEC, LedgerSchema.footer(), this, outcome, size);
  }
}
