package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.catalog.Namespaces;
import org.assetstager.metrics.JobTotals;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.TaskFiles;
import org.assetstager.upload.UploadLog;
import org.assetstager.verify.Roots;

/**
 * The five steps of {@code stage}; see "Data flow" in design.md.
 *
 * <pre>
 * manifest --scan--> candidates --digest*--> --list staging, remote--> --plan--> --transfer-->
 *              |          (* only what claims no MD5)                    |            |
 *              +---- final rows ----------------------------------------+------------+----> ledger
 *          missing --renames*--> final rows ------------------------------------------------^
 * </pre>
 *
 * @param uploads has the run's multipart uploads on record
 */
public record Pipeline(PipelineRun run, UploadLog uploads) {
  /**
   * The result of a run.
   *
   * @param totals of the ledger's rows
   * @param manifestRows rows read
   */
  public record Result(Map<Outcome, Total> totals, long manifestRows) {}

  /**
   * Does what isn't done yet, and publishes the ledger.
   *
   * @throws JobFailure if rows are missing at the end, or a system fails
   */
  public Result execute() {
    Roots roots = run.roots();
    StepCommit scan = new ScanStep(run, roots).execute();
    JobTotals.manifestHas(StepFiles.rows(scan.files()));
    StepCommit renames = new Renaming(run, roots).execute(scan);
    StepCommit digest = new DigestStep(run, roots).execute(scan);
    StepCommit list = new Listing(run).execute(Namespaces.ofNotes(scan.notes()), scan, digest);
    StepCommit plan = new PlanStep(run).execute(scan, digest, list);
    StepCommit transfer = new TransferStep(run, roots, uploads).execute(plan);
    return publish(scan, List.of(scan, renames, plan, transfer));
  }

  /**
   * Returns the result of the finished steps. Rows that aren't final are in none of the totals.
   *
   * @param commits of a run that hasn't ended
   */
  static Result soFar(StepCommits commits) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    long read = 0;
    for (String step : List.of(Steps.SCAN, Steps.RENAMES, Steps.PLAN, Steps.TRANSFER)) {
      StepCommit commit = commits.find(step);
      if (commit != null) {
        read += step.equals(Steps.SCAN) ? StepFiles.rows(commit.files()) : 0;
        add(commit.files(TaskFiles.LEDGER), totals);
      }
    }
    return new Result(totals, read);
  }

  private static void add(List<StepFile> ledger, Map<Outcome, Total> totals) {
    ledger.forEach(
        file ->
            file.outcomes().forEach((outcome, total) -> totals.merge(outcome, total, Total::plus)));
  }

  private Result publish(StepCommit scan, List<StepCommit> commits) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    List<StepFile> ledger = new ArrayList<>();
    for (StepCommit commit : commits) {
      ledger.addAll(commit.files(TaskFiles.LEDGER));
    }
    add(ledger, totals);
    long read = StepFiles.rows(scan.files());
    long written = StepFiles.rows(ledger);
    long counted = totals.values().stream().mapToLong(Total::rows).sum();
    if (read != written || written != counted) {
      throw JobFailure.system(
          "The totals don't balance: "
              + read
              + " manifest rows, "
              + written
              + " ledger rows, "
              + counted
              + " of them with an outcome",
          "Don't trust this ledger. Keep the run's folder and report this fault");
    }
    PublishedLedger published = new PublishedLedger(run.folder());
    published.publish(commits, TaskFiles.LEDGER);
    if (run.resumed()) {
      published.check(
          new StepFiles(run.spark(), run.folder(), run.description().nonce()),
          commits,
          TaskFiles.LEDGER);
    }
    return new Result(totals, read);
  }
}
