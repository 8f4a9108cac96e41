package org.assetstager.report;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
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
  private final PrintWriter out;

  private ConsoleSummary(
      RunReport report, Map<Outcome, List<LedgerRow>> examples, PrintWriter out) {
    this.report = report;
    this.examples = examples;
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
   */
  public static void print(
      RunReport report, Map<Outcome, List<LedgerRow>> examples, PrintWriter out) {
    new ConsoleSummary(report, inOrder(examples), out).print();
  }

  /** As {@link #print}, but only what asks for something: nothing after a run that needs nobody. */
  public static void printProblems(
      RunReport report, Map<Outcome, List<LedgerRow>> examples, PrintWriter out) {
    if (report.exitCode() != ExitCode.DONE) {
      ConsoleSummary summary = new ConsoleSummary(report, inOrder(examples), out);
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
    if (report.error() != null) {
      out.println();
      report.error().lines().map(VisibleText::of).forEach(out::println);
    }
    printResume();
    out.println();
    out.println(closingLine());
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
                    meaning(outcome));
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
  }

  private void printExamples() {
    examples.forEach(
        (outcome, rows) -> {
          long total = report.outcomes().of(outcome).rows();
          if (total > 0) {
            out.println();
            out.println(outcome + ", " + Amounts.count(total, "row") + ": " + meaning(outcome));
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
              + quoted(report.ledger())
              + " --rows jsonl --outcome "
              + outcome);
    }
  }

  private void printResume() {
    if (report.exitCode() == ExitCode.FAILED || report.exitCode() == ExitCode.INTERRUPTED) {
      out.println(
          "resume  asset-stager stage --resume " + quoted(report.runId()) + " --config ...");
    }
  }

  /** Returns the text as a shell takes it for one word. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private String closingLine() {
    OutcomeTotals totals = report.outcomes();
    String meaning =
        switch (report.exitCode()) {
          case DONE ->
              report.dryRun()
                  ? "a run would stage everything that isn't there yet, and no row needs a person"
                  : "everything that was added is staged or known, and no row needs a person";
          case FAILED -> "the job failed and can go on where it stopped";
          case USAGE -> "the command, the settings or the manifest are wrong; nothing was uploaded";
          case NEEDS_PERSON -> "done, but " + needsAPerson(totals);
          case UPLOADS_FAILED ->
              "done, but "
                  + Amounts.count(totals.of(Outcome.FAILED).rows(), "upload")
                  + " failed"
                  + (totals.rowsThatNeedAPerson() > 0 ? ", and " + needsAPerson(totals) : "");
          case INTERRUPTED -> "interrupted; the job can go on where it stopped";
        };
    return "Exit code " + report.exitCode().value() + ": " + meaning + ".";
  }

  private static String needsAPerson(OutcomeTotals totals) {
    long rows = totals.rowsThatNeedAPerson();
    return Amounts.count(rows, "row") + (rows == 1 ? " needs a person" : " need a person");
  }

  private static String meaning(Outcome outcome) {
    return switch (outcome) {
      case NOT_ADDED -> "not added by a user: ignored";
      case INVALID -> "the manifest's row is wrong";
      case OUTSIDE_ROOT -> "leads to outside the asset's root";
      case UNREADABLE -> "the file can't be read";
      case DELETED -> "no file is there any more";
      case RENAMED -> "the file is at another path now";
      case MODIFIED -> "the content is not what was added";
      case KNOWN_REMOTE -> "the remote bucket has the content already";
      case KNOWN_STAGING -> "the staging bucket has the content already";
      case CONFLICT -> "the remote bucket holds something else under the content's key";
      case STAGED -> "uploaded by this run";
      case DUPLICATE -> "same content as another row that this run uploaded";
      case FAILED -> "the upload failed";
      case PLANNED -> "a run would upload it";
    };
  }
}
