package org.assetstager.pipeline;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerTable;
import org.assetstager.metrics.JobTotals;
import org.assetstager.progress.Phases;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.report.html.Attempt;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.OvertakenException;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunLock;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFiles;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Runs the pipeline and tells how it ended: {@code report.json}, {@code report.html} and the
 * console's summary.
 */
public final class StageReport {
  private final JavaSparkContext spark;
  private final StageOptions options;
  private final Settings settings;
  private final StageRun run;
  private final OnFinish onFinish;
  private final PrintWriter out;
  private final StagePage page;
  private final Phases phases;
  private final RequestTotals requests;

  public StageReport(
      JavaSparkContext spark,
      StageOptions options,
      StageRun run,
      OnFinish onFinish,
      PrintWriter out) {
    this.spark = spark;
    this.options = options;
    this.settings = options.settings();
    this.run = run;
    this.onFinish = onFinish;
    this.out = out;
    this.page = new StagePage(run.folder(), run.description(), out);
    this.requests = new RequestTotals(spark.sc());
    this.phases = new Phases(spark.sc(), options.progress(), requests, page.timeline());
  }

  /**
   * Prints the report of a run that had ended before it was resumed.
   *
   * @return its exit code; empty where there is something left to do
   */
  public OptionalInt printAgain() {
    RunReport report = run.resumed() ? EndedRun.ofFinished(run.folder()) : null;
    if (report == null) {
      return OptionalInt.empty();
    }
    restore();
    LedgerFiles ledger = LedgerFiles.of(spark, run.folder(), report.outcomes().rows());
    if (!options.quiet()) {
      out.println("The run " + report.runId() + " is done; nothing is left to do.");
    }
    print(
        report,
        LedgerPeople.examples(ledger, report.outcomes()),
        run.folder().exists(EndedRun.PAGE));
    return OptionalInt.of(report.exitCode().value());
  }

  /** A driver that was overtaken, or broke off at the end, may have left another report. */
  private void restore() {
    StepCommits.end(run.folder())
        .filter(text -> !run.folder().readText(EndedRun.REPORT).equals(Optional.of(text)))
        .ifPresent(text -> run.folder().writeText(EndedRun.REPORT, text));
  }

  /**
   * Runs the pipeline, writes the report whatever happens, and returns the exit code.
   *
   * @param lock of the run, held
   * @throws OvertakenException if another driver has done a part of the run meanwhile: then its
   *     report is the run's
   */
  public int execute(RunLock lock) {
    // Of an attempt that broke off: it would pass for the report of a run that ends without one.
    if (StepCommits.end(run.folder()).isEmpty()) {
      run.folder().delete(EndedRun.REPORT);
      run.folder().delete(EndedRun.PAGE);
    }
    // A driver with executors of its own has counted the preflight; a cluster's executors haven't.
    RequestTotals.forget();
    JobTotals.beginRun(run.description().runId());
    try (Attempts attempts = Attempts.begin(run.folder(), phases, requests, page.timeline());
        TaskEvents events = page.watch(spark.sc())) {
      return execute(attempts, lock);
    }
  }

  private int execute(Attempts attempts, RunLock lock) {
    StepCommits commits = new StepCommits(run.folder(), run.description().nonce());
    try {
      Pipeline.Result result = new Pipeline(pipeline(commits), run.uploadLog()).execute();
      JobTotals.outcomesAre(result.totals());
      LedgerFiles ledger = LedgerFiles.of(spark, run.folder(), result.manifestRows());
      if (settings.ledgerFormat() == LedgerFormat.ICEBERG) {
        phases.run("table", "add the ledger to the table of all runs", this::addToTable);
      }
      spark.sc().setJobDescription("make the report");
      List<Attempt> all = attempts.all();
      RunReport report = report(result, ledger, all);
      String text = ReportJson.write(report);
      commits.end(text);
      run.folder().writeText(EndedRun.REPORT, text);
      Map<Outcome, List<LedgerRow>> people = page.people(ledger, report.outcomes());
      boolean written = page.write(report, all, ledger, people);
      print(report, people, written);
      onFinish.tell(report);
      removeSteps();
      return report.exitCode().value();
    } catch (Exception e) {
      // Spark's own exceptions are checked ones that its Scala methods don't declare.
      requireNotOvertaken(commits, lock, e);
      JobFailure damaged = DamagedFiles.explain(e, run.folder());
      if (!Interruption.isUnderWay()) {
        writeFailure(damaged == null ? e : damaged, attempts.all());
      }
      if (damaged != null) {
        throw damaged;
      }
      throw e;
    }
  }

  private PipelineRun pipeline(StepCommits commits) {
    return new PipelineRun(
        spark, settings, run.folder(), run.description(), run.resumed(), commits, requests, phases);
  }

  private LedgerTable.Added addToTable() {
    return LedgerTable.below(settings.ledgerPath(), run.folder().configuration())
        .add(run.description().runId(), run.description().nonce(), run.folder());
  }

  /** How a run ends that goes on elsewhere is for the other driver to tell. */
  private void requireNotOvertaken(StepCommits commits, RunLock lock, Exception failure) {
    try {
      if (failure instanceof OvertakenException overtaken) {
        throw overtaken;
      }
      commits.requireNotOvertaken(lock);
    } catch (OvertakenException overtaken) {
      onFinish.tellNothing();
      restore();
      if (overtaken != failure) {
        overtaken.addSuppressed(failure);
      }
      throw overtaken;
    } catch (JobFailure unreadable) {
      // The folder may be the very thing that failed.
      failure.addSuppressed(unreadable);
    }
  }

  /** The small commits stay, for a driver that wakes up late. */
  private void removeSteps() {
    if (!options.keepSteps()) {
      try {
        StepFiles.delete(run.folder());
      } catch (JobFailure notRemoved) {
        out.println(
            "warning  The run has ended, but its steps' records stay: " + notRemoved.getMessage());
      }
    }
  }

  private void print(RunReport report, Map<Outcome, List<LedgerRow>> people, boolean pageWritten) {
    if (options.quiet()) {
      ConsoleSummary.printProblems(report, people, pageWritten, out);
    } else {
      ConsoleSummary.print(report, people, pageWritten, out);
    }
  }

  private void writeFailure(Exception e, List<Attempt> attempts) {
    JobFailure failure = Failures.explain(e);
    ExitCode code = Failures.exitCode(failure);
    OutcomeTotals nothing = new OutcomeTotals(Map.of());
    RunReport report = report(code, failure.getMessage(), 0, nothing, 0, attempts, null);
    try {
      run.folder().writeText(EndedRun.REPORT, ReportJson.write(report));
      page.write(report, attempts);
    } catch (JobFailure notWritten) {
      // The folder may be the very thing that failed; the first failure is the one to tell.
      e.addSuppressed(notWritten);
    }
    onFinish.tell(report);
  }

  private RunReport report(Pipeline.Result result, LedgerFiles ledger, List<Attempt> attempts) {
    long uploaded = result.totals().getOrDefault(Outcome.STAGED, Total.NONE).bytes();
    OutcomeTotals totals = new OutcomeTotals(result.totals());
    DryRunPlan plan =
        run.description().dryRun()
            ? DryRunPlan.of(ledger, settings.upload(), Attempt.requestsOf(attempts))
            : null;
    return report(totals.exitCode(), null, result.manifestRows(), totals, uploaded, attempts, plan);
  }

  private RunReport report(
      ExitCode code,
      @Nullable String error,
      long manifestRows,
      OutcomeTotals totals,
      long uploaded,
      List<Attempt> attempts,
      @Nullable DryRunPlan plan) {
    RunDescription description = run.description();
    List<RunReport.Phase> phasesOfAll = Attempt.phasesOf(attempts);
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
        attempts.stream()
            .map(
                attempt ->
                    new RunReport.Attempt(
                        Instant.ofEpochMilli(attempt.startedAt()),
                        Instant.ofEpochMilli(attempt.endedAt())))
            .toList(),
        phasesOfAll,
        Attempt.requestsOf(attempts),
        plan == null ? null : plan.plan(),
        plan == null
            ? null
            : plan.estimate(
                settings, phasesOfAll, run.resumed(), description.cores(), totals.byOutcome()),
        settings.describe());
  }
}
