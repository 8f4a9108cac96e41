package org.assetstager.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.VisibleText;

/**
 * The summary of a run on the terminal: the problems, grouped by remedy; the outcomes with their
 * totals; the meaning of the exit code; and in the last line the place of the report.
 *
 * @param page whether there is a {@code report.html}
 * @param detailed whether the steps are told one by one
 * @param resume the command that goes on with the run, where it broke off; may be empty
 */
public record ConsoleSummary(
    RunReport report, List<ProblemGroup> groups, boolean page, boolean detailed, String resume) {
  /** What fits on a screen. */
  static final int MOST_LINES = 30;

  /** A group needs its title and a row. */
  private static final int LEAST_OF_GROUP = 2;

  /** Title, three rows, how many more, and the command. */
  private static final int MOST_OF_GROUP = 6;

  private static final int MAX_REASON_LENGTH = 80;

  private static final String PROBE_ROW = "  %-42s%12s%14s";

  /** Prints it. */
  public void print(PrintWriter out) {
    if (report.outcomes().rows() == 0 && report.error() != null) {
      printEnd(out);
      return;
    }
    List<Outcome> outcomes =
        Stream.of(Outcome.values())
            .filter(outcome -> report.outcomes().of(outcome).rows() > 0)
            .toList();
    // Besides: a line between, the table's head and total, and the work.
    printGroups(out, MOST_LINES - outcomes.size() - 4 - linesOfEnd());
    if (!groups.isEmpty()) {
      out.println();
    }
    printTable(out, outcomes);
    printWork(out);
    printPlan(out);
    printEnd(out);
  }

  /** As {@link #print}, but only what a person must act on: nothing where nothing is. */
  public void printProblems(PrintWriter out) {
    if (report.exitCode() != ExitCode.DONE) {
      printGroups(out, MOST_LINES - 2 - linesOfEnd());
      // Nothing was said of the run at the start.
      out.println("run id  " + report.runId());
      out.println("ledger  " + Places.path(report.ledger()));
      printEnd(out);
    }
  }

  /** How many lines the end of a run takes that came to its end. */
  private int linesOfEnd() {
    return Wording.excused(report) == null ? 3 : 4;
  }

  private void printEnd(PrintWriter out) {
    if (report.error() != null) {
      report.error().lines().map(VisibleText::of).forEach(out::println);
    }
    boolean goesOn =
        report.exitCode() == ExitCode.FAILED || report.exitCode() == ExitCode.INTERRUPTED;
    if (goesOn && !resume.isEmpty()) {
      out.println("Continue with: " + resume);
    }
    // A dry run's own sentences say it; a run that came to nothing has said why.
    if (!report.dryRun() && report.outcomes().rows() > 0) {
      Headline headline = Headline.of(report);
      out.println((headline.safe() + " " + headline.needed()).strip());
    }
    String excused = Wording.excused(report);
    if (excused != null) {
      out.println(excused + ".");
    }
    Paint paint =
        switch (report.exitCode()) {
          case DONE -> Paint.GOOD;
          case NEEDS_PERSON, INTERRUPTED -> Paint.ACT;
          case FAILED, USAGE, UPLOADS_FAILED -> Paint.BAD;
        };
    paint.print(out, Wording.closingLine(report));
    out.println();
    out.println(
        page
            ? "page    "
                + Places.link(report.ledger() + "/report.html")
                + " (beside report.json and ledger/)"
            : "report  " + Places.path(report.ledger()) + "/report.json (beside ledger/)");
    out.flush();
  }

  private void printTable(PrintWriter out, List<Outcome> outcomes) {
    printTableRow(out, Paint.TITLE, "outcome", "rows", "bytes", "what it means");
    for (Outcome outcome : outcomes) {
      printTableRow(
          out,
          Headline.SAFE.contains(outcome)
              ? Paint.GOOD
              : outcome == Outcome.FAILED
                  ? Paint.BAD
                  : outcome.needsPerson() ? Paint.ACT : Paint.PLAIN,
          outcome.name(),
          Amounts.count(report.outcomes().of(outcome).rows()),
          Amounts.bytes(report.outcomes().of(outcome).bytes()),
          Wording.meaning(outcome));
    }
    long rows = report.outcomes().rows();
    printTableRow(
        out,
        Paint.TITLE,
        "total",
        Amounts.count(rows),
        Amounts.bytes(report.outcomes().bytes()),
        rows == report.manifestRows()
            ? "all rows of the manifest"
            : (report.error() == null ? "DOES NOT ADD UP" : "as far as the run came")
                + ": the manifest has "
                + Amounts.count(report.manifestRows(), "row"));
  }

  private static void printTableRow(
      PrintWriter out, Paint paint, String outcome, String rows, String bytes, String meaning) {
    paint.print(out, String.format(Locale.ROOT, "%-13s", outcome));
    out.println(String.format(Locale.ROOT, "%13s%10s  %s", rows, bytes, meaning));
  }

  private void printWork(PrintWriter out) {
    if (detailed) {
      report.phases().forEach(phase -> out.println(phaseLine(phase)));
    }
    double seconds = report.phases().stream().mapToDouble(RunReport.Phase::seconds).sum();
    out.println(
        (report.dryRun() ? "took " : Amounts.bytes(report.bytesUploaded()) + " uploaded in ")
            + Amounts.time(seconds)
            + (report.requests().isEmpty() ? "" : ", requests " + counts(report.requests())));
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

  private void printPlan(PrintWriter out) {
    RunReport.Plan plan = report.plan();
    if (plan != null) {
      out.println(
          "This was a dry run: nothing was staged. A run would send "
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
      printEstimate(out, report.estimate());
    }
  }

  private static void printEstimate(PrintWriter out, Estimate estimate) {
    out.println(
        "estimate  "
            + Amounts.time(estimate.seconds())
            + " in all, "
            + Amounts.time(estimate.uploadSeconds())
            + " of it for the transfer");
    out.println(
        "estimate  "
            + Amounts.money(estimate.onceCost(), estimate.currency())
            + " once, then "
            + Amounts.money(estimate.storageCostPerMonth(), estimate.currency())
            + " a month to keep it");
    out.println("estimate  requests: " + counts(estimate.requests()));
    if (estimate.probed() != null) {
      printProbed(out, estimate.probed());
    }
    estimate.basis().forEach(sentence -> out.println("  " + sentence + "."));
  }

  private static void printProbed(PrintWriter out, Estimate.Probed probed) {
    out.println("probe     bound by " + probed.boundText());
    out.println(String.format(Locale.ROOT, PROBE_ROW, "measured", "per second", "bytes"));
    for (ProbeLine line : ProbeLine.of(probed.probe())) {
      out.println(
          String.format(
              Locale.ROOT, PROBE_ROW, line.what(), line.perSecond(), line.bytesPerSecond()));
    }
  }

  /** Prints as many groups as fit, each with as many lines as all may have. */
  private void printGroups(PrintWriter out, int lines) {
    int most = Math.max(2, lines / LEAST_OF_GROUP);
    int shown = groups.size() <= most ? groups.size() : most - 1;
    int each =
        Math.min(MOST_OF_GROUP, Math.max(LEAST_OF_GROUP, lines / Math.max(1, groups.size())));
    groups.stream().limit(shown).forEach(group -> printGroup(out, group, each));
    List<ProblemGroup> others = groups.subList(shown, groups.size());
    if (!others.isEmpty()) {
      long rows = others.stream().mapToLong(group -> group.total().rows()).sum();
      out.println(
          "... and "
              + Amounts.count(rows, "row")
              + " of "
              + others.size()
              + " more kinds"
              + (page ? ": see the page" : ""));
    }
  }

  private void printGroup(PrintWriter out, ProblemGroup group, int lines) {
    long rows = group.total().rows();
    Paint paint = group.outcome() == Outcome.FAILED ? Paint.BAD : Paint.ACT;
    paint.print(out, Amounts.count(rows) + " " + Wording.word(group.outcome(), rows));
    out.println(
        " ("
            + group.outcome()
            + (group.total().bytes() > 0 ? ", " + Amounts.bytes(group.total().bytes()) : "")
            + "): "
            + group.remedy());
    String command = ProblemCommands.of(group, report);
    boolean listed = !command.isEmpty() && lines > LEAST_OF_GROUP;
    List<Problem> first = group.places().stream().flatMap(place -> place.first().stream()).toList();
    int room = lines - 1 - (listed ? 1 : 0);
    // How many more there are takes a line, where there is one to spare.
    boolean ownLine = rows > room && room > 1;
    int shown = Math.min(first.size(), ownLine ? room - 1 : room);
    for (int i = 0; i < shown; i++) {
      boolean more = !ownLine && i == shown - 1 && rows > shown;
      out.println(
          problemLine(first.get(i))
              + (more ? "  ... and " + Amounts.count(rows - shown) + " more" : ""));
    }
    if (ownLine || shown == 0) {
      out.println(
          "  ... "
              + (shown == 0 ? "" : "and ")
              + Amounts.count(rows - shown)
              + (shown == 0 ? " rows" : " more"));
    }
    if (listed) {
      Paint.FAINT.print(out, "  list: " + command);
      out.println();
    }
  }

  private static String problemLine(Problem problem) {
    String reason = problem.reason();
    // What is visible already stays as it is.
    String cut =
        reason.length() <= MAX_REASON_LENGTH
            ? reason
            : VisibleText.inMessage(reason.substring(0, MAX_REASON_LENGTH)) + "...";
    return "  "
        + Places.path(problem.file())
        + (problem.place().isEmpty() ? "" : ", " + problem.place())
        + (cut.isEmpty() ? "" : "  " + cut);
  }
}
