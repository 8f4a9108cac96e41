package org.assetstager.report;

import org.assetstager.asset.Outcome;
import org.jspecify.annotations.Nullable;

/** What outcomes and exit codes mean, in words: the same on the console and in the page. */
public final class Wording {
  private Wording() {}

  /** Returns how a run ended, as a sentence with its exit code. */
  public static String closingLine(RunReport report) {
    OutcomeTotals totals = report.outcomes();
    String meaning =
        switch (report.exitCode()) {
          case DONE ->
              totals.rowsThatNeedAPerson() == 0
                  ? (report.dryRun()
                          ? "a run would stage everything that isn't there yet"
                          : "everything that was added is staged or known")
                      + ", and no row needs a person"
                  : "done; the rows that need a person are known, or no more than allowed";
          case FAILED -> "the job failed and can continue where it stopped";
          case USAGE ->
              "the command, the settings or the manifest are wrong"
                  + (report.dryRun() ? "" : "; nothing was uploaded");
          case NEEDS_PERSON -> "done, but " + needsAPerson(totals);
          case UPLOADS_FAILED ->
              "done, but "
                  + Amounts.count(totals.of(Outcome.FAILED).rows(), "upload")
                  + " failed"
                  + (totals.rowsThatNeedAPerson() > 0 ? ", and " + needsAPerson(totals) : "");
          case INTERRUPTED -> "interrupted; the job can continue where it stopped";
        };
    return "Exit code " + report.exitCode().value() + ": " + meaning + ".";
  }

  /**
   * Returns which of the rows that need a person are known, or allowed, as a sentence without its
   * full stop; null where none is.
   */
  public static @Nullable String excused(RunReport report) {
    ProblemCounts problems = report.problems();
    if (problems == null || problems.known() + problems.others() == 0) {
      return null;
    }
    String most = "at most " + Amounts.count(problems.mostOthers()) + " allowed";
    if (problems.knownFrom() == null) {
      return problems.mostOthers() == 0 ? null : needsAPerson(report.outcomes()) + ", " + most;
    }
    return needsAPerson(report.outcomes())
        + ": "
        + Amounts.count(problems.known())
        + " as in the run "
        + problems.knownFrom()
        + ", "
        + Amounts.count(problems.others())
        + " new"
        + (problems.mostOthers() == 0 ? "" : ", " + most);
  }

  private static String needsAPerson(OutcomeTotals totals) {
    long rows = totals.rowsThatNeedAPerson();
    return Amounts.count(rows, "row") + (rows == 1 ? " needs a person" : " need a person");
  }

  /**
   * Returns what people call the files of an outcome, to stand after their number: {@code 201
   * changed}, {@code 1 bad entry}.
   */
  public static String word(Outcome outcome, long rows) {
    boolean one = rows == 1;
    return switch (outcome) {
      case NOT_ADDED -> "not added";
      case INVALID -> one ? "bad entry" : "bad entries";
      case OUTSIDE_ROOT -> one ? "link" : "links";
      case UNREADABLE -> "unreadable";
      case DELETED -> "missing";
      case RENAMED -> "moved";
      case MODIFIED -> "changed";
      case KNOWN_REMOTE -> "already in the remote";
      case KNOWN_STAGING -> "already in staging";
      case CONFLICT -> "in conflict";
      case STAGED -> "uploaded";
      case DUPLICATE -> "equal to an uploaded file";
      case FAILED -> "failed to upload";
      case PLANNED -> "to be staged";
    };
  }

  /** Returns what an outcome means, in a few words. */
  public static String meaning(Outcome outcome) {
    return switch (outcome) {
      case NOT_ADDED -> "not added by a user: ignored";
      case INVALID -> "the row in the manifest is wrong";
      case OUTSIDE_ROOT -> "leads out of the asset's root";
      case UNREADABLE -> "the file can't be read";
      case DELETED -> "there is no file any more";
      case RENAMED -> "the file is at another path now";
      case MODIFIED -> "the content is not what was added";
      case KNOWN_REMOTE -> "the remote bucket already has the content";
      case KNOWN_STAGING -> "the staging bucket already has the content";
      case CONFLICT -> "the remote bucket has other content under this key";
      case STAGED -> "uploaded by this run";
      case DUPLICATE -> "same content as another row that this run uploaded";
      case FAILED -> "the upload failed";
      case PLANNED -> "a run would stage it";
    };
  }
}
