package org.assetstager.commit;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.audit.CountClaims.Counted;
import org.assetstager.audit.LedgerClaims;
import org.assetstager.audit.Share;
import org.assetstager.progress.Phases;
import org.assetstager.report.Amounts;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepRun;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.UploadLog;

/**
 * Copies what a finished run has staged to the remote, on the executors: see "Commit" in design.md.
 * Two steps, committed as those of a run: the plan joins what the ledger claims with what the
 * buckets hold, and cuts work files; the copy carries these out.
 */
public final class CommitJob {
  /** A second's work of a core. */
  private static final long ROWS_OF_TASK = 200_000;

  private static final int MOST_TASKS = 20_000;

  private final JavaSparkContext spark;
  private final Settings settings;
  private final CommitRun run;
  private final LedgerFiles ledger;
  private final LedgerClaims claims;
  private final OutcomeTotals reported;
  private final RequestTotals requests;
  private final Phases phases;
  private final StepRun steps;
  private final UploadLog uploads;

  /**
   * Prepares a commit.
   *
   * @param settings with the asset server's credentials: {@link Settings#asServer}
   * @param ledger of the run
   * @param reported what the run's report says of its ledger
   */
  public CommitJob(
      JavaSparkContext spark,
      Settings settings,
      CommitRun run,
      StepCommits commits,
      LedgerFiles ledger,
      OutcomeTotals reported,
      RequestTotals requests,
      Phases phases) {
    this.spark = spark;
    // An inventory tells what there was, not what there is.
    this.settings = settings.withoutInventory();
    this.run = run;
    this.ledger = ledger;
    this.claims = new LedgerClaims(spark, ledger, CommitRun.STAGED, Share.ALL);
    this.reported = reported;
    this.requests = requests;
    this.phases = phases;
    this.steps = new StepRun(spark, run.folder(), commits, run.resumed());
    this.uploads = new UploadLog(run.folder());
  }

  /**
   * Commits what is left to commit, and publishes the commit's ledger.
   *
   * @throws JobFailure if it can't go on; what is done is done, and it can be resumed
   */
  public CommitTotals run() {
    StepCommit plan = steps.once(PlanCommit.STEP, () -> new StepRun.Done(plan()));
    StepCommit copy = steps.once(CommitWork.STEP, () -> new StepRun.Done(copy(plan)));
    // A driver that was overtaken doesn't get here: it must not abort the other driver's uploads.
    uploads.abortAll(RemoteWriter.of(settings)::abort);
    new PublishedLedger(run.folder()).publish(List.of(plan, copy), TaskFiles.LEDGER);
    long rows =
        List.of(plan, copy).stream()
            .flatMap(step -> step.files(TaskFiles.LEDGER).stream())
            .mapToLong(StepFile::rows)
            .sum();
    CommitTotals totals = totals(rows);
    if (totals.all().rows() != rows) {
      throw JobFailure.last(
          "The commit's ledger has " + totals.all().rows() + " rows instead of " + rows,
          "Don't rely on it; commit again without --resume",
          null);
    }
    return totals;
  }

  /** Returns what the ledger of a commit that has ended comes to. */
  public CommitTotals ended() {
    return totals(0);
  }

  /** Reads the ledger. */
  private CommitTotals totals(long rows) {
    return phases.run(
        "ledger",
        "read the commit's ledger",
        () -> CommitTotals.of(LedgerFiles.of(spark, run.folder(), rows)));
  }

  /** Returns what the commit has written of a run's assets: see {@link CommitStates}. */
  public CommitStates states() {
    return new CommitStates(spark, ledger, run, steps.output());
  }

  private List<StepFile> plan() {
    Counted counted = phases.run("count", "count the ledger's rows", claims::count);
    String difference = reported.difference(new OutcomeTotals(counted.outcomes()));
    if (difference != null) {
      throw JobFailure.input(
          "The run's ledger is not as its run wrote it: " + difference,
          "Don't rely on it; stage the manifest again in a new run, and commit that one");
    }
    if (counted.claims().rows() == 0) {
      return List.of();
    }
    List<StepFile> listing =
        phases.run(
            "list",
            "list what staging and remote hold",
            "keys",
            progress -> claims.list(settings, counted, requests, steps.output(), progress));
    int cores = run.description().cores();
    long rows = counted.claims().rows() + StepFiles.rows(listing);
    int tasks = (int) Math.min(Math.max(Math.min(cores, rows), rows / ROWS_OF_TASK), MOST_TASKS);
    List<PlanCommit.Part> parts =
        phases.run(
            "plan",
            "plan the copies",
            () ->
                claims
                    .joined(listing, steps.output(), tasks, List.of())
                    .mapPartitions(
                        new PlanCommit(
                            settings,
                            run.removesStaged(),
                            steps.output(),
                            Weights.target(counted.claims().bytes(), cores)))
                    .collect());
    requireAll(counted.claims().rows(), parts.stream().mapToLong(PlanCommit.Part::rows).sum());
    return parts.stream().flatMap(part -> part.files().stream()).toList();
  }

  private static void requireAll(long counted, long planned) {
    if (planned != counted) {
      throw JobFailure.system(
          "Of "
              + counted
              + " rows of the run's ledger that claim a content, "
              + planned
              + " were planned: somebody has altered the ledger, or rows were lost",
          "Nothing was copied. Commit again; if this doesn't help, stage the manifest in a new"
              + " run");
    }
  }

  private List<StepFile> copy(StepCommit plan) {
    List<StepFile> work = new ArrayList<>(plan.files(PlanCommit.WORK));
    if (work.isEmpty()) {
      return List.of();
    }
    long contents = StepFiles.rows(work);
    return phases.run(
        "copy",
        "copy " + Amounts.count(contents) + " contents",
        TaskProgress.FILES,
        progress ->
            steps.missing(
                CommitWork.STEP,
                work,
                TaskFiles.LEDGER,
                progress.expect(contents, Weights.bytes(work)),
                new CommitWork(
                    settings,
                    run.id(),
                    run.removesStaged(),
                    uploads,
                    steps.output(),
                    requests,
                    progress)));
  }
}
