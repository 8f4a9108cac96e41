package org.assetstager;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.BuildLedger;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerTotals;
import org.assetstager.metrics.JobTotals;
import org.assetstager.progress.Phases;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StageRecords;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.settings.UploadSettings;
import org.jspecify.annotations.Nullable;

/** Runs the pipeline and tells how it ended: {@code report.json} and the console's summary. */
final class StageReport {
  static final String FILE = "report.json";

  private final SparkSession spark;
  private final Settings settings;
  private final StageRun run;
  private final OnFinish onFinish;
  private final DisplayOptions display;
  private final PrintWriter out;
  private final Phases phases;
  private final RequestTotals requests;

  StageReport(
      SparkSession spark,
      Settings settings,
      StageRun run,
      DisplayOptions display,
      OnFinish onFinish,
      PrintWriter out) {
    this.spark = spark;
    this.settings = settings;
    this.run = run;
    this.display = display;
    this.onFinish = onFinish;
    this.out = out;
    this.requests = new RequestTotals(spark.sparkContext());
    this.phases = new Phases(spark.sparkContext(), display.progress(), requests);
  }

  /**
   * Returns the report of a run that has come to its end; null of one that hasn't, or broke off
   * after its ledger was written, and so can be resumed.
   */
  static @Nullable RunReport ofFinished(RunFolder folder) {
    if (!folder.exists("ledger/_SUCCESS")) {
      return null;
    }
    RunReport report = read(folder);
    return report == null || report.error() != null ? null : report;
  }

  /**
   * Returns the report of a run that ended with exit code 2 before it verified a file: its manifest
   * or options were refused, and nothing of it is worth to be kept. Null of any other.
   */
  static @Nullable RunReport ofRefused(RunFolder folder) {
    RunReport report = read(folder);
    return report != null
            && report.exitCode() == ExitCode.USAGE
            && !folder.exists(StageRecords.FOLDER + "/" + StagingJob.VERIFY)
        ? report
        : null;
  }

  private static @Nullable RunReport read(RunFolder folder) {
    return folder
        .readText(FILE)
        .map(text -> ReportJson.read(text, folder.location() + "/" + FILE))
        .orElse(null);
  }

  /**
   * Prints the report of a run that had come to its end before it was resumed.
   *
   * @return its exit code; empty where there is something left to do
   */
  OptionalInt printAgain() {
    RunReport report = run.resumed() ? ofFinished(run.folder()) : null;
    if (report == null) {
      return OptionalInt.empty();
    }
    Dataset<Row> ledger = new StageRecords(spark, run.folder()).ledger(BuildLedger.LEDGER);
    display.news(out).println("The run " + report.runId() + " is done; nothing is left to do.");
    print(report, ledger);
    return OptionalInt.of(report.exitCode().value());
  }

  /** Runs the pipeline, writes the report whatever happens, and returns the exit code. */
  int execute() {
    // Of an attempt that broke off: it would pass for the report of a run that ends without one.
    run.folder().delete(FILE);
    // A driver with executors of its own has counted the preflight; a cluster's executors haven't.
    RequestTotals.forget();
    JobTotals.beginRun();
    try {
      StagingJob.Result result = new StagingJob(spark, settings, run, requests, phases).execute();
      RunReport report = report(result);
      run.folder().writeText(FILE, ReportJson.write(report));
      print(report, result.ledger());
      onFinish.tell(report);
      return report.exitCode().value();
    } catch (Exception e) {
      // Spark's own exceptions are checked ones that its Scala methods don't declare.
      JobFailure damaged = DamagedFiles.explain(e, run.folder());
      if (!Interruption.isUnderWay()) {
        writeFailure(damaged == null ? e : damaged);
      }
      if (damaged != null) {
        throw damaged;
      }
      throw e;
    }
  }

  private void print(RunReport report, Dataset<Row> ledger) {
    Map<Outcome, List<LedgerRow>> examples = examples(ledger, report.outcomes());
    if (display.quiet()) {
      ConsoleSummary.printProblems(report, examples, out);
    } else {
      ConsoleSummary.print(report, examples, out);
    }
  }

  private void writeFailure(Exception e) {
    JobFailure failure = Failures.explain(e);
    ExitCode code = Failures.exitCode(failure);
    OutcomeTotals nothing = new OutcomeTotals(Map.of());
    RunReport report = report(code, failure.getMessage(), 0, nothing, 0, null);
    try {
      run.folder().writeText(FILE, ReportJson.write(report));
    } catch (JobFailure notWritten) {
      // The folder may be the very thing that failed; the first failure is the one to tell.
      e.addSuppressed(notWritten);
    }
    onFinish.tell(report);
  }

  private RunReport report(StagingJob.Result result) {
    Map<Outcome, OutcomeTotals.Total> byOutcome = new EnumMap<>(Outcome.class);
    result
        .totals()
        .forEach(
            (outcome, total) ->
                byOutcome.put(outcome, new OutcomeTotals.Total(total.rows(), total.bytes())));
    long uploaded =
        result.totals().values().stream().mapToLong(LedgerTotals.Total::bytesUploaded).sum();
    OutcomeTotals totals = new OutcomeTotals(byOutcome);
    spark.sparkContext().setJobDescription("count what a run would send");
    RunReport.Plan plan = run.description().dryRun() ? plan(result.ledger()) : null;
    return report(totals.exitCode(), null, result.manifestRows(), totals, uploaded, plan);
  }

  private RunReport report(
      ExitCode code,
      @Nullable String error,
      long manifestRows,
      OutcomeTotals totals,
      long uploaded,
      RunReport.@Nullable Plan plan) {
    RunDescription description = run.description();
    return new RunReport(
        description.runId(),
        "stage",
        description.dryRun(),
        Version.ofJob(),
        Version.ofSpark(),
        Instant.ofEpochMilli(description.startedAtMillis()),
        Instant.now(),
        code,
        error,
        run.folder().location(),
        manifestRows,
        totals,
        uploaded,
        phases.done(),
        requests.byKind(),
        plan,
        settings.describe());
  }

  private RunReport.Plan plan(Dataset<Row> ledger) {
    UploadSettings upload = settings.upload();
    Column single = col("size").leq(upload.multipartThresholdBytes());
    Column parts =
        expr(
            "cast(ceil(size / greatest(%d, ceil(size / 10000))) as bigint)"
                .formatted(upload.partSizeBytes()));
    Row planned =
        ledger
            .filter(
                col("outcome").equalTo(Outcome.PLANNED.name()).and(col("duplicate_of").isNull()))
            .agg(
                count(when(single, lit(1))),
                coalesce(sum(when(single, lit(0L)).otherwise(parts)), lit(0L)),
                coalesce(sum("size"), lit(0L)))
            .first();
    Map<String, Long> made = requests.byKind();
    return new RunReport.Plan(
        made.getOrDefault("LIST", 0L),
        made.getOrDefault("HEAD", 0L),
        planned.getLong(0),
        planned.getLong(1),
        planned.getLong(2));
  }

  static Map<Outcome, List<LedgerRow>> examples(Dataset<Row> ledger, OutcomeTotals totals) {
    Map<Outcome, List<LedgerRow>> examples = new EnumMap<>(Outcome.class);
    ledger.sparkSession().sparkContext().setJobDescription("look for rows that need a person");
    for (Outcome outcome : Outcome.values()) {
      if (ConsoleSummary.showsRowsOf(outcome) && totals.of(outcome).rows() > 0) {
        List<Row> rows =
            BuildLedger.LEDGER
                .select(ledger)
                .filter(col("outcome").equalTo(outcome.name()))
                .orderBy("manifest_file", "manifest_position")
                .limit(ConsoleSummary.EXAMPLES)
                .collectAsList();
        examples.put(outcome, rows.stream().map(BuildLedger.LEDGER::fromRow).toList());
      }
    }
    return examples;
  }
}
