package org.assetstager.pipeline;

import java.io.PrintWriter;
import java.util.List;
import org.apache.spark.SparkContext;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShownProblems;
import org.assetstager.report.html.AssetTotals;
import org.assetstager.report.html.Attempt;
import org.assetstager.report.html.HtmlReport;
import org.assetstager.report.html.Page;
import org.assetstager.report.html.TaskTimeline;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;

/** Writes {@code report.html}. If that fails, the run continues. */
final class StagePage {
  private static final int MOST_OF_MESSAGE = 1000;

  private final RunFolder folder;
  private final RunDescription description;
  private final PrintWriter out;
  private final TaskTimeline timeline = new TaskTimeline(System.currentTimeMillis());

  StagePage(RunFolder folder, RunDescription description, PrintWriter out) {
    this.folder = folder;
    this.description = description;
    this.out = out;
  }

  /** Returns the timeline, which the caller tells when each phase begins and ends. */
  TaskTimeline timeline() {
    return timeline;
  }

  /** Watches tasks until it is closed. */
  TaskEvents watch(SparkContext context) {
    return TaskEvents.listen(context, timeline);
  }

  /**
   * Writes the page of a run that has ended.
   *
   * @return whether it was written; a warning says why not
   */
  boolean write(
      RunReport report, List<Attempt> attempts, LedgerFiles ledger, ShownProblems problems) {
    return guarded(
        () -> write(report, attempts, LedgerAssets.of(ledger, report.outcomes()), problems));
  }

  /** Returns what is shown, in the page and on the console; no rows where they can't be had. */
  ShownProblems problems(LedgerFiles ledger, OutcomeTotals totals) {
    try {
      return LedgerProblems.withLines(
          LedgerProblems.of(ledger, totals, Page.MOST_ROWS), folder.configuration());
    } catch (Exception e) {
      warn(e);
      return LedgerProblems.of(ledger, totals, 0);
    }
  }

  /** Writes the page of a run that broke off; returns whether it was written. */
  boolean write(RunReport report, List<Attempt> attempts) {
    return guarded(() -> write(report, attempts, AssetTotals.none(), ShownProblems.NONE));
  }

  private void write(
      RunReport report, List<Attempt> attempts, AssetTotals assets, ShownProblems problems) {
    RunReport earlier = report.error() == null ? EarlierRun.of(folder, description) : null;
    Page page =
        new Page(
            report,
            assets,
            problems,
            attempts,
            earlier,
            RunCommands.resume(description),
            RunCommands.stage(description));
    folder.writeText(EndedRun.PAGE, HtmlReport.write(page));
  }

  private boolean guarded(Runnable work) {
    try {
      work.run();
      return true;
    } catch (Exception e) {
      // Spark's own exceptions are checked ones that its Scala methods don't declare.
      warn(e);
      return false;
    }
  }

  private void warn(Exception e) {
    out.println(
        "warning  "
            + EndedRun.PAGE
            + " could not be written completely; ledger and report.json are not affected: "
            + VisibleText.of(String.valueOf(e.getMessage()), MOST_OF_MESSAGE));
  }
}
