package org.assetstager.commit;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.Amounts;
import org.assetstager.report.Places;

/** What a person reads at the end of a commit. */
public final class CommitSummary {
  private CommitSummary() {}

  /** Prints the counts of a commit. */
  public static void print(CommitReport report, PrintWriter out) {
    print(report, List.of(), 0, out);
  }

  /** Prints the counts, and what a person must look at. */
  public static void print(CommitReport report, CommitTotals totals, PrintWriter out) {
    print(report, totals.people(), totals.ofPeople(), out);
  }

  private static void print(
      CommitReport report, List<CommittedContent> people, long all, PrintWriter out) {
    people.forEach(content -> printPerson(content, out));
    if (all > people.size()) {
      out.println(
          "  ... and "
              + Amounts.count(all - people.size())
              + " more: the commit's ledger has them");
    }
    if (!people.isEmpty()) {
      out.println();
    }
    printTable(report, out);
    long copied = report.outcomes().getOrDefault(CommitOutcome.COMMITTED, Total.NONE).bytes();
    out.println(
        Amounts.bytes(copied)
            + " copied in "
            + Amounts.time(report.seconds())
            + (report.stagedRemoved() > 0
                ? ", " + Amounts.count(report.stagedRemoved(), "object") + " deleted from staging"
                : ""));
    out.println("Exit code " + report.exitCode() + ": " + closing(report) + ".");
    out.println("report  " + Places.path(report.folder()) + "/report.json (beside ledger/)");
    out.flush();
  }

  private static void printTable(CommitReport report, PrintWriter out) {
    printRow(out, "outcome", "contents", "bytes", "what it means");
    Total sum = Total.NONE;
    for (CommitOutcome outcome : CommitOutcome.values()) {
      Total total = report.outcomes().getOrDefault(outcome, Total.NONE);
      sum = sum.plus(total);
      if (total.rows() > 0) {
        printTotal(out, outcome.name(), total, outcome.meaning());
      }
    }
    printTotal(out, "total", sum, "everything that the run has in staging");
  }

  private static void printTotal(PrintWriter out, String name, Total total, String meaning) {
    printRow(out, name, Amounts.count(total.rows()), Amounts.bytes(total.bytes()), meaning);
  }

  private static void printRow(
      PrintWriter out, String name, String contents, String bytes, String meaning) {
    out.println(String.format(Locale.ROOT, "%-14s%15s%11s  %s", name, contents, bytes, meaning));
  }

  private static void printPerson(CommittedContent content, PrintWriter out) {
    out.println(
        "  "
            + VisibleText.of(content.topHash() + " " + content.md5())
            + "  "
            + content.outcome()
            + ", "
            + Amounts.count(content.rows(), "row")
            + " such as "
            + VisibleText.of(content.exampleRoot() + "/" + content.examplePath()));
    out.println("    why: " + VisibleText.of(String.valueOf(content.error())));
    out.println("    do:  " + content.remedy());
  }

  private static String closing(CommitReport report) {
    long left =
        report.outcomes().entrySet().stream()
            .filter(entry -> !entry.getKey().isCommitted())
            .mapToLong(entry -> entry.getValue().rows())
            .sum();
    return left == 0
        ? "everything that the run has in staging is in the remote"
        : Amounts.count(left, "content") + " not committed";
  }
}
