package org.assetstager;

import static java.util.Objects.requireNonNull;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.BuildLedger;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.plan.Content;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.PlannedContent;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.upload.UploadResult;
import org.assetstager.upload.UploadRounds;
import org.assetstager.upload.UploadRounds.Round;

/** Says of each content what became of it: by its exclusion, or by the last of its uploads. */
final class RunOutcomes {
  private static final String[] CONTENT = {"content_top_hash", "content_md5"};

  private RunOutcomes() {}

  /** Returns one row for each content of the plan. */
  static Dataset<Row> last(Dataset<Row> plan, List<Round> rounds) {
    Dataset<Row> outcomes =
        plan.filter(not(UploadPlanner.toUpload()))
            .map(new OfExclusion(), BuildLedger.CONTENTS.encoder());
    for (int i = 0; i < rounds.size(); i++) {
      outcomes = outcomes.union(i + 1 < rounds.size() ? settled(rounds, i) : of(rounds.get(i)));
    }
    return outcomes;
  }

  /**
   * Returns the rows whose file was tried for a content and failed, before the next row was tried.
   * A row whose upload alone failed is left out if a later row's did not: its content is there.
   */
  static Dataset<Row> attempts(List<Round> rounds) {
    Dataset<Row> attempts = of(rounds.get(0)).limit(0);
    Dataset<Row> there = attempts;
    for (int i = 0; i < rounds.size(); i++) {
      if (i + 1 < rounds.size()) {
        attempts = attempts.union(followed(rounds, i, "left_semi"));
      }
      there = there.union(of(rounds.get(i)).filter(UploadRounds.settled(col("content_outcome"))));
    }
    Column failed = col("content_outcome").equalTo(Outcome.FAILED.name());
    Dataset<Row> contents = there.select(CONTENT[0], CONTENT[1]);
    return attempts
        .filter(not(failed))
        .union(BuildLedger.CONTENTS.select(without(attempts.filter(failed), contents)));
  }

  private static Dataset<Row> without(Dataset<Row> outcomes, Dataset<Row> contents) {
    return joined(outcomes, contents, "left_anti");
  }

  /** The results of a round whose contents were not tried again. */
  private static Dataset<Row> settled(List<Round> rounds, int round) {
    return followed(rounds, round, "left_anti");
  }

  private static Dataset<Row> followed(List<Round> rounds, int round, String join) {
    Dataset<Row> later = of(rounds.get(round + 1)).select(CONTENT[0], CONTENT[1]);
    return joined(of(rounds.get(round)), later, join);
  }

  private static Dataset<Row> joined(Dataset<Row> outcomes, Dataset<Row> contents, String join) {
    return outcomes.join(
        contents,
        outcomes
            .col(CONTENT[0])
            .equalTo(contents.col(CONTENT[0]))
            .and(outcomes.col(CONTENT[1]).equalTo(contents.col(CONTENT[1]))),
        join);
  }

  private static Dataset<Row> of(Round round) {
    return round.results().map(new OfUpload(), BuildLedger.CONTENTS.encoder());
  }

  /** Makes an outcome of an exclusion. */
  static final class OfExclusion implements MapFunction<Row, Row> {
    @Override
    public Row call(Row row) {
      PlannedContent planned = UploadPlanner.PLAN.fromRow(row);
      Content content = planned.content();
      Outcome outcome = Outcome.valueOf(planned.exclusion().name());
      boolean conflict = outcome == Outcome.CONFLICT;
      return BuildLedger.CONTENTS.toRow(
          new ContentOutcome(
              content.topHash(),
              content.md5(),
              outcome,
              conflict
                  ? Exclusion.conflict(requireNonNull(planned.remoteSize()), content.size())
                  : null,
              outcome == Outcome.KNOWN_STAGING ? planned.stagingEtag() : planned.remoteEtag(),
              0,
              content.manifestFile(),
              content.manifestPosition(),
              null,
              null,
              null));
    }
  }

  /** Makes an outcome of an upload. */
  static final class OfUpload implements MapFunction<Row, Row> {
    @Override
    public Row call(Row row) {
      UploadResult result = UploadRounds.RESULTS.fromRow(row);
      return BuildLedger.CONTENTS.toRow(
          new ContentOutcome(
              result.topHash(),
              result.md5(),
              result.outcome(),
              result.detail(),
              result.etag(),
              result.bytesUploaded(),
              result.manifestFile(),
              result.manifestPosition(),
              result.errorCode(),
              result.error(),
              result.finishedAtMillis()));
    }
  }
}
