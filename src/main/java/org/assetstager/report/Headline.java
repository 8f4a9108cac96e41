package org.assetstager.report;

import com.google.common.collect.Iterables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run in two sentences: what is safe, and what somebody has to do.
 *
 * @param safe how much is safe, a sentence
 * @param needed what has to be done, sentences
 * @param files number of files that users added; shares refer to it
 */
public record Headline(String safe, String needed, long files) {
  /** Outcomes of content that is proved to be in a bucket. */
  public static final Set<Outcome> SAFE =
      Set.of(Outcome.KNOWN_REMOTE, Outcome.KNOWN_STAGING, Outcome.STAGED, Outcome.DUPLICATE);

  /** Makes the headline of a run that has ended, failed or was interrupted. */
  public static Headline of(RunReport report) {
    OutcomeTotals totals = report.outcomes();
    long ignored = totals.of(Outcome.NOT_ADDED).rows();
    long files = Math.max(report.manifestRows(), totals.rows()) - ignored;
    String needed = needed(totals);
    if (report.error() != null) {
      return new Headline(broken(report, files, totals.rows() - ignored), needed, files);
    }
    return new Headline(
        report.dryRun() ? planned(report, files) : safe(totals, files, "safe in S3"),
        needed.isEmpty() ? "Nothing needs you." : needed,
        files);
  }

  private static String safe(OutcomeTotals totals, long files, String where) {
    long safe = safe(totals);
    if (files == 0) {
      return "The manifest has no file that was added.";
    }
    if (safe == files) {
      return files == 1
          ? "The one file is " + where + "."
          : "All " + Amounts.count(files) + " files are " + where + ".";
    }
    return (safe == 0 ? "None" : Amounts.count(safe))
        + " of "
        + Amounts.count(files, "file")
        + (safe <= 1 ? " is " : " are ")
        + where
        + (safe == 0 ? "." : " (" + share(safe, files) + ").");
  }

  private static String planned(RunReport report, long files) {
    OutcomeTotals totals = report.outcomes();
    long planned = totals.of(Outcome.PLANNED).rows();
    if (planned == 0) {
      return safe(totals, files, "in S3 already") + " A run would stage nothing.";
    }
    RunReport.Plan plan = report.plan();
    long equal = plan == null ? 0 : planned - plan.files();
    return safe(totals, files, "in S3 already")
        + " A run would stage "
        + Amounts.count(planned - equal)
        + (equal == 0 ? "." : "; " + Amounts.count(equal) + " more have the same content.");
  }

  private static String broken(RunReport report, long files, long done) {
    String how =
        switch (report.exitCode()) {
          case USAGE -> "The run was refused" + (report.dryRun() ? "" : ", nothing was uploaded");
          case INTERRUPTED -> "The run was interrupted";
          default -> "The run failed";
        };
    return files == 0
        ? how + "."
        : how
            + ": "
            + Amounts.count(done)
            + " of "
            + Amounts.count(files, "file")
            + (done == 1 ? " is" : " are")
            + " done."
            + underWay(report, files - done);
  }

  /**
   * Says what the last step did, of which the outcomes count only what it has committed. Tasks that
   * ran again counted twice.
   */
  private static String underWay(RunReport report, long left) {
    RunReport.@Nullable Phase last = Iterables.getLast(report.phases(), null);
    return last == null || last.files() == 0 || left == 0
        ? ""
        : " The step "
            + last.name()
            + " got through "
            + Amounts.count(Math.min(last.files(), left))
            + " more.";
  }

  private static String needed(OutcomeTotals totals) {
    List<String> sentences = new ArrayList<>();
    long people = totals.rowsThatNeedAPerson();
    if (people > 0) {
      sentences.add(
          Amounts.count(people)
              + (people == 1 ? " needs" : " need")
              + " you: "
              + Stream.of(Outcome.values())
                  .filter(outcome -> outcome.needsPerson() && totals.of(outcome).rows() > 0)
                  .sorted(Comparator.comparingLong(outcome -> -totals.of(outcome).rows()))
                  .map(outcome -> counted(totals, outcome))
                  .collect(Collectors.joining(", "))
              + ".");
    }
    if (totals.of(Outcome.FAILED).rows() > 0) {
      sentences.add(counted(totals, Outcome.FAILED) + ": run again.");
    }
    return String.join(" ", sentences);
  }

  private static String counted(OutcomeTotals totals, Outcome outcome) {
    long rows = totals.of(outcome).rows();
    return Amounts.count(rows) + " " + Wording.word(outcome, rows);
  }

  /** Returns a share in whole percent, never rounded to all or nothing. */
  static String share(long part, long whole) {
    long percent = Math.round(100.0 * part / whole);
    if (percent == 0 && part > 0) {
      return "less than 1 %";
    }
    return percent == 100 && part < whole ? "more than 99 %" : percent + " %";
  }

  private static long safe(OutcomeTotals totals) {
    return SAFE.stream().mapToLong(outcome -> totals.of(outcome).rows()).sum();
  }

  /**
   * Returns what differs between two runs of one manifest, such as {@code 12 more changed} and
   * {@code 3 fewer missing}; empty where nothing does.
   */
  public static List<String> changes(OutcomeTotals before, OutcomeTotals now) {
    List<String> changes = new ArrayList<>();
    add(changes, files(now) - files(before), "in the manifest");
    add(changes, safe(now) - safe(before), "safe in S3");
    for (Outcome outcome : Outcome.values()) {
      if (Problem.isOne(outcome)) {
        long more = now.of(outcome).rows() - before.of(outcome).rows();
        add(changes, more, Wording.word(outcome, Math.abs(more)));
      }
    }
    return changes;
  }

  private static long files(OutcomeTotals totals) {
    return totals.rows() - totals.of(Outcome.NOT_ADDED).rows();
  }

  private static void add(List<String> changes, long more, String what) {
    if (more != 0) {
      changes.add(Amounts.count(Math.abs(more)) + (more > 0 ? " more " : " fewer ") + what);
    }
  }
}
