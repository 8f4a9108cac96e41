package org.assetstager.upload;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Outcome;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.run.StepRecords;
import org.assetstager.spark.RecordCodec;

/**
 * Uploads the planned contents. Where the row that stands for a content turns out modified,
 * unreadable or failed, the next row of the same content is tried in another round.
 */
public final class UploadRounds {
  /** The codec of the results. */
  public static final RecordCodec<UploadResult> RESULTS = RecordCodec.of(UploadResult.class);

  /**
   * More rounds are not made: a content whose files vanish one after another is left to the next
   * run, as FAILED rows.
   */
  static final int MOST_ROUNDS = 8;

  private final StepRecords records;

  /** Takes where the rounds' plans are recorded. */
  public UploadRounds(StepRecords records) {
    this.records = records;
  }

  /** The results of one round. */
  public record Round(Dataset<Row> results, long failed) {}

  /**
   * Runs all rounds.
   *
   * @param plan the contents to upload, in the columns of {@link UploadPlanner#PLAN}
   * @param candidates all rows whose content may have to be staged
   * @param uploads uploads the contents of one round
   * @return the rounds, at least one
   */
  public List<Round> run(Dataset<Row> plan, Dataset<Row> candidates, UploadContents uploads) {
    List<Round> rounds = new ArrayList<>();
    Dataset<Row> pending = plan;
    while (true) {
      Dataset<Row> results = uploads.run(rounds.size(), pending);
      Dataset<Row> failed = results.filter(not(settled(col("outcome"))));
      Round round = new Round(results, failed.count());
      rounds.add(round);
      if (round.failed() == 0 || rounds.size() == MOST_ROUNDS) {
        return rounds;
      }
      pending =
          records.writeOnce(
              "plan-" + rounds.size(), next(plan, candidates, failed), UploadPlanner.PLAN);
      if (pending.isEmpty()) {
        return rounds;
      }
    }
  }

  /** Whether an outcome is that of all rows of its content, so that no other row is tried. */
  public static Column settled(Column outcome) {
    return outcome.isin(
        Outcome.STAGED.name(),
        Outcome.KNOWN_STAGING.name(),
        Outcome.KNOWN_REMOTE.name(),
        Outcome.CONFLICT.name(),
        Outcome.PLANNED.name());
  }

  /** The contents of failed uploads, each with the next of its rows. */
  private static Dataset<Row> next(
      Dataset<Row> plan, Dataset<Row> candidates, Dataset<Row> failed) {
    Dataset<Row> tried =
        failed.select(
            col("top_hash").as("tried_top_hash"),
            col("md5").as("tried_md5"),
            col("manifest_file").as("tried_file"),
            col("manifest_position").as("tried_position"));
    Column laterRow =
        col("top_hash")
            .equalTo(col("tried_top_hash"))
            .and(col("md5").equalTo(col("tried_md5")))
            .and(
                col("manifest_file")
                    .gt(col("tried_file"))
                    .or(
                        col("manifest_file")
                            .equalTo(col("tried_file"))
                            .and(col("manifest_position").gt(col("tried_position")))));
    Dataset<Row> contents = UploadPlanner.contents(candidates.join(tried, laterRow, "left_semi"));
    Dataset<Row> sides =
        plan.select(
            "top_hash", "md5", "remote_size", "remote_etag", "staging_size", "staging_etag");
    return UploadPlanner.PLAN.select(
        contents.join(sides, new String[] {"top_hash", "md5"}, "inner"));
  }
}
