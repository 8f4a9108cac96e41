package org.assetstager.pipeline;

import java.util.Optional;
import org.assetstager.asset.JobFailure;
import org.assetstager.report.ExitCode;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.jspecify.annotations.Nullable;

/** How a run ended, from the files in its folder. */
public final class EndedRun {
  static final String REPORT = "report.json";

  /** The report as people read it; may be missing. */
  public static final String PAGE = "report.html";

  private EndedRun() {}

  /**
   * Returns the report of a run that has ended; null for one that hasn't, or that broke off after
   * its ledger was written, and so can be resumed.
   */
  public static @Nullable RunReport ofFinished(RunFolder folder) {
    if (!folder.exists("ledger/_SUCCESS")) {
      return null;
    }
    RunReport report = read(folder).orElse(null);
    return report == null || report.error() != null ? null : report;
  }

  /**
   * Returns the report of a run that has ended.
   *
   * @throws JobFailure of kind INPUT if it hasn't
   */
  public static RunReport requireFinished(RunFolder folder) {
    RunReport report = ofFinished(folder);
    if (report == null) {
      throw JobFailure.input(
          "The run in " + folder.location() + " has not ended",
          "Check the name of the folder, or finish the run with stage --resume");
    }
    return report;
  }

  /**
   * Returns the report of a run that ended with exit code 2 before it verified a file: its manifest
   * or options were refused, and nothing of it is worth to be kept. Null of any other.
   */
  static @Nullable RunReport ofRefused(RunFolder folder) {
    RunReport report = read(folder).orElse(null);
    return report != null && report.exitCode() == ExitCode.USAGE && !StepCommits.isBegun(folder)
        ? report
        : null;
  }

  /**
   * Returns a run's report: of how it ended, else of how the last attempt at it failed; empty
   * before either.
   */
  public static Optional<RunReport> read(RunFolder folder) {
    return StepCommits.end(folder)
        .or(() -> folder.readText(REPORT))
        .map(text -> ReportJson.read(text, folder.location() + "/" + REPORT));
  }
}
