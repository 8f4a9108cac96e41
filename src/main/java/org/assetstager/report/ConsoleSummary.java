package org.assetstager.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.assetstager.asset.VisibleText;

/**
 * What a person reads at the end of a run: the outcomes with their totals, what asks for somebody,
 * grouped by what to do, where everything lies and what the exit code means.
 */
public final class ConsoleSummary {
  /** Rows that are shown of a group: several groups are to fit on a screen. */
  static final int MOST_SHOWN = 3;

  private static final int MAX_REASON_LENGTH = 300;

  private final RunReport report;
  private final List<ProblemGroup> groups;
  private final boolean page;
  private final PrintWriter out;

  private ConsoleSummary(
      RunReport report, List<ProblemGroup> groups, boolean page, PrintWriter out) {
    this.report = report;
    this.groups = groups;
    this.page = page;
    this.out = out;
  }

  /**
   * Prints the summary.
   *
   * @param groups of the rows that ask for somebody, in the order to be shown
   * @param page whether there is a {@code report.html}
   */
  public static void print(
      RunReport report, List<ProblemGroup> groups, boolean page, PrintWriter out) {
    new ConsoleSummary(report, groups, page, out).print();
  }

  /**
   * As {@link #print}, but only what a person must act on: nothing where there is nothing of the
   * kind.
   */
  public static void printProblems(
      RunReport report, List<ProblemGroup> groups, boolean page, PrintWriter out) {
    if (report.exitCode() != ExitCode.DONE) {
      ConsoleSummary summary = new ConsoleSummary(report, groups, page, out);
      groups.forEach(summary::printGroup);
      summary.printEnd();
    }
  }

  private void print() {
    if (report.outcomes().rows() > 0 || report.error() == null) {
      printTable();
      printWork();
      printPlan();
      groups.forEach(this::printGroup);
    }
    printEnd();
  }

  private void printEnd() {
    out.println();
    out.println("run id  " + report.runId());
    out.println("ledger  " + report.ledger());
    out.println("report  " + report.ledger() + "/report.json");
    if (page) {
      out.println("page    " + report.ledger() + "/report.html");
    }
    String excused = Wording.excused(report);
    if (excused != null) {
      out.println();
      out.println(excused + ".");
    }
    if (report.error() != null) {
      out.println();
      report.error().lines().map(VisibleText::of).forEach(out::println);
    }
    printResume();
    out.println();
    out.println(Wording.closingLine(report));
    out.flush();
  }

  private void printTable() {
    printTableRow("outcome", "rows", "bytes", "what it means");
    report
        .outcomes()
        .byOutcome()
        .forEach(
            (outcome, total) -> {
              if (total.rows() > 0) {
                printTableRow(
                    outcome.name(),
                    Amounts.count(total.rows()),
                    Amounts.bytes(total.bytes()),
                    Wording.meaning(outcome));
              }
            });
    long rows = report.outcomes().rows();
    printTableRow(
        "total",
        Amounts.count(rows),
        Amounts.bytes(report.outcomes().bytes()),
        rows == report.manifestRows()
            ? "all rows of the manifest"
            : (report.error() == null ? "DOES NOT ADD UP" : "as far as the run came")
                + ": the manifest has "
                + Amounts.count(report.manifestRows(), "row"));
  }

  private void printTableRow(String outcome, String rows, String bytes, String meaning) {
    out.println(String.format(Locale.ROOT, "%-14s%15s%11s  %s", outcome, rows, bytes, meaning));
  }

  private void printWork() {
    out.println();
    if (!report.dryRun()) {
      out.println("uploaded  " + Amounts.bytes(report.bytesUploaded()));
    }
    for (RunReport.Phase phase : report.phases()) {
      out.println(phaseLine(phase));
    }
    if (!report.requests().isEmpty()) {
      out.println("requests  " + counts(report.requests()));
    }
  }

  private static String phaseLine(RunReport.Phase phase) {
    String line = phase.name() + "  " + Amounts.time(phase.seconds());
    if (phase.files() > 0) {
      line += "  " + Amounts.count(phase.files(), "file");
    }
    if (phase.bytes() > 0) {
      line +=
          "  " + Amounts.bytes(phase.bytes()) + "  " + Amounts.rate(phase.bytes(), phase.seconds());
    }
    return line;
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Amounts.count(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void printPlan() {
    RunReport.Plan plan = report.plan();
    if (plan != null) {
      out.println();
      out.println(
          "This was a dry run: nothing was uploaded. A run would send "
              + Amounts.bytes(plan.bytes())
              + " in "
              + Amounts.count(plan.puts(), "PUT")
              + " and "
              + Amounts.count(plan.parts(), "part")
              + ", after "
              + Amounts.count(plan.listPages(), "page")
              + " of listings and "
              + Amounts.count(plan.heads(), "HEAD")
              + ".");
    }
    if (report.estimate() != null) {
      printEstimate(report.estimate());
    }
  }

  private void printEstimate(Estimate estimate) {
    out.println(
        "estimate  "
            + Amounts.time(estimate.seconds())
            + " in all, "
            + Amounts.time(estimate.uploadSeconds())
            + " of it for the upload");
    out.println(
        "estimate  "
            + Amounts.money(estimate.onceCost(), estimate.currency())
            + " once, then "
            + Amounts.money(estimate.storageCostPerMonth(), estimate.currency())
            + " a month to keep it");
    out.println("estimate  requests: " + counts(estimate.requests()));
    estimate.basis().forEach(sentence -> out.println("  " + sentence + "."));
  }

  private void printGroup(ProblemGroup group) {
    long rows = group.total().rows();
    out.println();
    out.println(
        Amounts.count(rows)
            + " "
            + Wording.word(group.outcome(), rows)
            + " ("
            + group.outcome()
            + (group.total().bytes() > 0 ? ", " + Amounts.bytes(group.total().bytes()) : "")
            + "): "
            + Wording.meaning(group.outcome()));
    out.println("  do:  " + group.remedy());
    int shown = 0;
    for (ProblemGroup.Place place : group.places()) {
      if (shown < MOST_SHOWN) {
        if (group.places().size() > 1) {
          out.println("  " + placeLine(place));
        }
        for (Problem problem : place.first()) {
          if (shown < MOST_SHOWN) {
            out.println("  " + problemLine(problem));
            shown++;
          }
        }
      }
    }
    String command = ProblemCommands.of(group, report);
    if (rows > shown) {
      out.println("  ... and " + Amounts.count(rows - shown) + " more");
    }
    if (!command.isEmpty()) {
      out.println("  list: " + command);
    }
  }

  private static String placeLine(ProblemGroup.Place place) {
    return (place.folder().isEmpty() ? "(no folder)" : place.folder())
        + ", "
        + Amounts.count(place.total().rows())
        + (place.createdBy().isEmpty() ? ":" : ", added by " + place.createdBy() + ":");
  }

  private static String problemLine(Problem problem) {
    String reason = problem.reason();
    // What is visible already stays as it is.
    String cut =
        reason.length() <= MAX_REASON_LENGTH
            ? reason
            : VisibleText.inMessage(reason.substring(0, MAX_REASON_LENGTH)) + "...";
    return "  "
        + problem.file()
        + (problem.place().isEmpty() ? "" : ", " + problem.place())
        + (cut.isEmpty() ? "" : "  " + cut);
  }

  private void printResume() {
    if (report.exitCode() == ExitCode.FAILED || report.exitCode() == ExitCode.INTERRUPTED) {
      out.println(
          "resume  asset-stager stage --resume " + ShellWord.of(report.runId()) + " --config ...");
    }
  }
}
