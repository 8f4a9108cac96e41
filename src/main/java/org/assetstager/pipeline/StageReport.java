package org.assetstager.pipeline;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.ledger.LedgerTable;
import org.assetstager.metrics.JobTotals;
import org.assetstager.progress.Phases;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShownProblems;
import org.assetstager.report.html.Attempt;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.OvertakenException;
import org.assetstager.run.RunLock;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFiles;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the pipeline and tells how it ended: {@code report.json}, {@code report.html} and the
 * console's summary.
 */
public final class StageReport {
  /** A megabyte at most, which also a slow store takes in a moment. */
  private static final Duration TO_WRITE = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(StageReport.class);

  private final JavaSparkContext spark;
  private final StageOptions options;
  private final Settings settings;
  private final StageRun run;
  private final OnFinish onFinish;
  private final PrintWriter out;
  private final StagePage page;
  private final Phases phases;
  private final RequestTotals requests;
  private final RunReports reports;

  /** Null before the run is executed, and once its end has been told. */
  private @Nullable UnderWay underWay;

  /** What it takes to tell of a run that breaks off. */
  private record UnderWay(Attempts attempts, StepCommits commits, RunLock lock) {}

  public StageReport(
      JavaSparkContext spark,
      StageOptions options,
      StageRun run,
      KnownProblems known,
      OnFinish onFinish,
      PrintWriter out) {
    this.spark = spark;
    this.options = options;
    this.settings = options.settings();
    this.run = run;
    this.onFinish = onFinish;
    this.out = out;
    this.reports = new RunReports(run, settings, known);
    this.page = new StagePage(run.folder(), run.description(), out);
    this.requests = new RequestTotals(spark.sc());
    this.phases =
        new Phases(spark.sc(), options.progress(), requests, page.timeline(), options.events());
  }

  /**
   * Prints the report of a run that had ended before it was resumed, and does what its driver may
   * have left undone.
   *
   * @return its exit code; empty where there is something left to do
   * @throws OvertakenException if another run of its id has ended
   */
  public OptionalInt printAgain() {
    RunReport report = run.ended();
    if (report == null) {
      return OptionalInt.empty();
    }
    StepCommits.restore(run.folder(), EndedRun.REPORT);
    LedgerFiles ledger = LedgerFiles.of(spark, run.folder(), report.outcomes().rows());
    removeSteps();
    if (!options.quiet()) {
      out.println("The run " + report.runId() + " is done; nothing is left to do.");
    }
    print(report, page.problems(ledger, report.outcomes()), run.folder().exists(EndedRun.PAGE));
    return OptionalInt.of(report.exitCode().value());
  }

  private boolean hasEnded() {
    return StepCommits.end(run.folder()).isPresent();
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
    if (!hasEnded()) {
      run.folder().delete(EndedRun.REPORT);
      run.folder().delete(EndedRun.PAGE);
    }
    // A driver with executors of its own has counted the preflight; a cluster's executors haven't.
    requests.begin();
    if (options.events() != null) {
      options
          .events()
          .print(
              JsonLines.event("start")
                  .put("run_id", run.description().runId())
                  .put("ledger", run.folder().location())
                  .put("resumed", run.resumed())
                  .put("resume", options.resumeCommand(run.description().runId())));
    }
    JobTotals.beginRun(run.description().runId());
    try (Attempts attempts = Attempts.begin(run.folder(), phases, requests, page.timeline());
        TaskEvents events = page.watch(spark.sc())) {
      return execute(attempts, lock);
    }
  }

  private int execute(Attempts attempts, RunLock lock) {
    StepCommits commits = new StepCommits(run.folder(), run.description().nonce());
    underWay = new UnderWay(attempts, commits, lock);
    try {
      PipelineRun pipeline = pipeline(commits);
      Pipeline.Result result = new Pipeline(pipeline, run.uploadLog()).execute();
      JobTotals.outcomesAre(result.totals());
      if (settings.ledgerFormat() == LedgerFormat.ICEBERG) {
        phases.run("table", "add the ledger to the table of all runs", this::addToTable);
      }
      spark.sc().setJobDescription("make the report");
      LedgerFiles ledger = LedgerFiles.of(spark, run.folder(), result.manifestRows());
      DryRunPlan plan =
          run.description().dryRun()
              ? DryRunPlan.of(
                      ledger,
                      settings.upload(),
                      settings.verify().digest(),
                      Attempt.requestsOf(attempts.all()))
                  .probed(new ProbeStep(pipeline, run.uploadLog()), options)
              : null;
      ExitCode code = end(result, ledger, plan, commits, attempts);
      removeSteps();
      return code.value();
    } catch (Exception e) {
      // Spark's own exceptions are checked ones that its Scala methods don't declare.
      requireNotOvertaken(commits, lock, e);
      JobFailure damaged = DamagedFiles.explain(e);
      if (!Interruption.isUnderWay()) {
        writeFailure(damaged == null ? e : damaged);
      }
      if (damaged != null) {
        throw damaged;
      }
      throw e;
    }
  }

  private synchronized ExitCode end(
      Pipeline.Result result,
      LedgerFiles ledger,
      @Nullable DryRunPlan plan,
      StepCommits commits,
      Attempts attempts) {
    List<Attempt> all = attempts.all();
    RunReport report = reports.ended(spark, result, ledger, plan, all);
    String text = ReportJson.write(report);
    commits.end(text);
    run.folder().writeText(EndedRun.REPORT, text);
    ShownProblems problems = page.problems(ledger, report.outcomes());
    boolean written = page.write(report, all, ledger, problems);
    print(report, problems, written);
    onFinish.tell(report);
    underWay = null;
    return report.exitCode();
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
      StepCommits.restore(run.folder(), EndedRun.REPORT);
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
      StepFiles.deleteOrWarn(run.folder(), out);
    }
  }

  private void print(RunReport report, ShownProblems problems, boolean pageWritten) {
    ConsoleSummary summary =
        new ConsoleSummary(
            report,
            problems.groups(),
            pageWritten,
            options.verbose(),
            options.resumeCommand(report.runId()));
    if (options.quiet()) {
      summary.printProblems(out);
    } else {
      summary.print(out);
    }
    if (options.events() != null) {
      options.events().end(report);
    }
  }

  /**
   * Writes what the run came to and tells of it, as the JVM is being interrupted; nothing where it
   * has ended, or goes on elsewhere.
   */
  public synchronized void interrupted() {
    UnderWay now = underWay;
    if (now == null) {
      return;
    }
    try {
      now.commits().requireNotOvertaken(now.lock());
      // Else they would go on for as long as the telling takes.
      spark.sc().cancelAllJobs();
      writeBroken(now, ExitCode.INTERRUPTED, "The run was interrupted. It can be resumed.");
    } catch (JobFailure notWritten) {
      LOG.warn("No report of the interrupted run: {}", notWritten.getMessage());
    }
  }

  /** Returns how long {@link #interrupted} may take. */
  public Duration patience() {
    // Both a command and a webhook may be told.
    return TO_WRITE.plus(settings.onFinish().timeout().multipliedBy(2));
  }

  private synchronized void writeFailure(Exception e) {
    JobFailure failure = Failures.explain(e);
    UnderWay now = underWay;
    if (now != null) {
      try {
        if (hasEnded()) {
          // It stays as it ended, even if that could not be told everywhere.
          underWay = null;
        } else {
          writeBroken(now, Failures.exitCode(failure), String.valueOf(failure.getMessage()));
        }
      } catch (JobFailure notWritten) {
        // The folder may be the very thing that failed; the first failure is the one to tell.
        e.addSuppressed(notWritten);
      }
    }
  }

  private void writeBroken(UnderWay now, ExitCode code, String error) {
    underWay = null;
    List<Attempt> attempts = now.attempts().all();
    RunReport report = reports.broken(code, error, Pipeline.soFar(now.commits()), attempts);
    try {
      run.folder().writeText(EndedRun.REPORT, ReportJson.write(report));
      page.write(report, attempts);
      now.attempts().record();
    } finally {
      onFinish.tell(report);
      if (options.events() != null) {
        options.events().end(report);
      }
    }
  }
}
