package org.assetstager.report;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.VisibleText;
import org.assetstager.ledger.LedgerRow;

/**
 * What a person reads at the end of a run: the outcomes with their totals, the first rows of each
 * outcome that asks for something, where everything lies and what the exit code means.
 */
public final class ConsoleSummary {
  /** How many rows are shown of one outcome: one screen. */
  public static final int EXAMPLES = 20;

  private static final int MAX_REASON_LENGTH = 300;
  private static final int MAX_PATH_LENGTH = 1000;

  private final RunReport report;
  private final Map<Outcome, List<LedgerRow>> examples;
  private final boolean page;
  private final PrintWriter out;

  private ConsoleSummary(
      RunReport report, Map<Outcome, List<LedgerRow>> examples, boolean page, PrintWriter out) {
    this.report = report;
    this.examples = examples;
    this.page = page;
    this.out = out;
  }

  /** Whether the rows of an outcome are shown one by one: where somebody has to act. */
  public static boolean showsRowsOf(Outcome outcome) {
    return outcome.needsPerson() || outcome == Outcome.FAILED;
  }

  /**
   * Prints the summary.
   *
   * @param examples up to {@link #EXAMPLES} rows, in the order to be shown, of the outcomes that
   *     {@link #showsRowsOf} names; more are left out
   * @param page whether there is a {@code report.html}
   */
  public static void print(
      RunReport report, Map<Outcome, List<LedgerRow>> examples, boolean page, PrintWriter out) {
    new ConsoleSummary(report, inOrder(examples), page, out).print();
  }

  /**
   * As {@link #print}, but only what a person must act on: nothing where there is nothing of the
   * kind.
   */
  public static void printProblems(
      RunReport report, Map<Outcome, List<LedgerRow>> examples, boolean page, PrintWriter out) {
    if (report.exitCode() != ExitCode.DONE) {
      ConsoleSummary summary = new ConsoleSummary(report, inOrder(examples), page, out);
      summary.printExamples();
      summary.printEnd();
    }
  }

  private static Map<Outcome, List<LedgerRow>> inOrder(Map<Outcome, List<LedgerRow>> examples) {
    Map<Outcome, List<LedgerRow>> inOrder = new EnumMap<>(Outcome.class);
    examples.forEach(
        (outcome, rows) -> {
          if (showsRowsOf(outcome)) {
            inOrder.put(outcome, rows);
          }
        });
    return inOrder;
  }

  private void print() {
    if (report.outcomes().rows() > 0 || report.error() == null) {
      printTable();
      printWork();
      printPlan();
      printExamples();
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
            : "DOES NOT ADD UP: the manifest has " + Amounts.count(report.manifestRows(), "row"));
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

  private void printExamples() {
    examples.forEach(
        (outcome, rows) -> {
          long total = report.outcomes().of(outcome).rows();
          if (total > 0) {
            out.println();
            out.println(
                outcome + ", " + Amounts.count(total, "row") + ": " + Wording.meaning(outcome));
            rows.stream().limit(EXAMPLES).forEach(this::printExample);
            printMore(outcome, total - Math.min(rows.size(), EXAMPLES));
          }
        });
  }

  private void printExample(LedgerRow row) {
    out.println("  " + name(row));
    String reason =
        Stream.of(row.detail(), row.errorCode(), row.error())
            .filter(text -> text != null && !text.isEmpty())
            .distinct()
            .collect(Collectors.joining(": "));
    if (!reason.isEmpty()) {
      out.println("    why: " + VisibleText.of(reason, MAX_REASON_LENGTH));
    }
    if (row.remedy() != null) {
      out.println("    do:  " + VisibleText.of(row.remedy(), MAX_PATH_LENGTH));
    }
  }

  private static String name(LedgerRow row) {
    String position = row.manifestFile() + " at " + row.manifestPosition();
    if (row.path() == null) {
      return VisibleText.of(position, MAX_PATH_LENGTH);
    }
    String root =
        row.root() == null ? "" : row.root().endsWith("/") ? row.root() : row.root() + "/";
    String name = VisibleText.of(root + row.path(), MAX_PATH_LENGTH);
    if (row.asset() != null) {
      name += "  (asset " + VisibleText.of(row.asset(), MAX_PATH_LENGTH) + ")";
    }
    return row.outcome() == Outcome.INVALID
        ? name + "  (" + VisibleText.of(position, MAX_PATH_LENGTH) + ")"
        : name;
  }

  private void printMore(Outcome outcome, long more) {
    if (more > 0) {
      out.println(
          "  ... and "
              + Amounts.count(more)
              + " more: asset-stager report --run "
              + ShellWord.of(report.ledger())
              + " --rows jsonl --outcome "
              + outcome);
    }
  }

  private void printResume() {
    if (report.exitCode() == ExitCode.FAILED || report.exitCode() == ExitCode.INTERRUPTED) {
      out.println(
          "resume  asset-stager stage --resume " + ShellWord.of(report.runId()) + " --config ...");
    }
  }
}
