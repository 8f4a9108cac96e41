package org.assetstager;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assetstager.StagingJob.Result;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.BuildLedger;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.ledger.LedgerTable;
import org.assetstager.ledger.LedgerTotals;
import org.assetstager.metrics.JobTotals;
import org.assetstager.run.StepRecords;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.UploadRounds.Round;

/** Writes a run's ledger: the pipeline's last stage. */
final class RunLedger {
  private final Settings settings;
  private final StageRun run;
  private final StepRecords records;

  RunLedger(Settings settings, StageRun run, StepRecords records) {
    this.settings = settings;
    this.run = run;
    this.records = records;
  }

  /**
   * Writes the ledger and counts what it holds.
   *
   * @param manifestRows as many rows as the ledger must have
   * @param progress counts its rows
   */
  Result write(
      long manifestRows,
      Dataset<Row> verified,
      Dataset<Row> plan,
      List<Round> rounds,
      TaskProgress progress) {
    LedgerRows ledgerRows =
        new LedgerRows(
            run.description().runId(),
            run.description().dryRun(),
            settings.remote(),
            settings.staging().bucket());
    Dataset<Row> last = RunOutcomes.last(plan, rounds);
    Dataset<Row> contents = run.isSmall(settings) ? last.coalesce(1) : last;
    Dataset<Row> ledger =
        records
            .counting(progress.expect(manifestRows, 0))
            .writeLedger(
                () ->
                    rounds.size() == 1
                        ? BuildLedger.of(verified, contents, ledgerRows)
                        : BuildLedger.of(
                            verified, contents, RunOutcomes.attempts(rounds), ledgerRows),
                BuildLedger.LEDGER,
                LedgerSchema.footer());
    Map<Outcome, LedgerTotals.Total> totals = LedgerTotals.count(ledger);
    LedgerTotals.requireBalance(
        manifestRows,
        verified.count(),
        totals.values().stream().mapToLong(LedgerTotals.Total::rows).sum());
    JobTotals.outcomesAre(
        totals.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    total ->
                        new JobTotals.Total(total.getValue().rows(), total.getValue().bytes()))));
    return new Result(ledger, totals, manifestRows);
  }

  /** Adds the ledger to the table of all runs. */
  LedgerTable.Added addToTable() {
    LedgerTable table = LedgerTable.below(settings.ledgerPath(), run.folder().configuration());
    return table.add(run.description().runId(), run.description().nonce(), run.folder());
  }
}
