package org.assetstager.audit;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.assetstager.asset.VisibleText;
import org.assetstager.audit.AuditTotals.Total;
import org.assetstager.report.Amounts;
import org.assetstager.report.ExitCode;
import org.assetstager.report.Places;

/** What a person reads at the end of an audit. */
public final class AuditSummary {
  /** How many problems are shown: one screen. */
  public static final int EXAMPLES = 20;

  private AuditSummary() {}

  /**
   * Prints the summary.
   *
   * @param problems up to {@link #EXAMPLES}, in the order to be shown
   */
  public static void print(AuditReport report, List<AuditedContent> problems, PrintWriter out) {
    printRow(out, "found", "contents", "rows", "bytes", "what it means");
    report.totals().held().forEach((proof, total) -> printTotal(out, proof, total, meaning(proof)));
    report
        .totals()
        .problems()
        .forEach((problem, total) -> printTotal(out, problem, total, problem.meaning()));
    printTotal(out, "total", report.totals().all(), "all that the ledger calls staged or known");
    out.println();
    out.println(
        "audit  "
            + Amounts.time(report.seconds())
            + (report.deep()
                ? "  "
                    + Amounts.bytes(report.bytesRead())
                    + " read back  "
                    + Amounts.rate(report.bytesRead(), report.seconds())
                : ""));
    for (AuditedContent content : problems) {
      printProblem(content, out);
    }
    long more = report.totals().ofProblems().contents() - problems.size();
    if (more > 0) {
      out.println("  ... and " + Amounts.count(more) + " more: the rows in the audit's folder");
    }
    out.println();
    out.println("run id  " + report.runId());
    out.println("ledger  " + Places.path(report.ledger()));
    out.println("audit   " + Places.path(report.folder()));
    if (report.ledgerProblem() != null) {
      out.println();
      out.println(
          "The ledger is not as its run wrote it: "
              + report.ledgerProblem()
              + ". Don't rely on it; stage the manifest again in a new run.");
    }
    out.println();
    out.println("Exit code " + report.exitCode().value() + ": " + closing(report) + ".");
    out.flush();
  }

  private static void printTotal(PrintWriter out, Object name, Total total, String meaning) {
    printRow(
        out,
        name.toString(),
        Amounts.count(total.contents()),
        Amounts.count(total.rows()),
        Amounts.bytes(total.bytes()),
        meaning);
  }

  private static void printRow(
      PrintWriter out, String name, String contents, String rows, String bytes, String meaning) {
    out.println(
        String.format(Locale.ROOT, "%-14s%15s%15s%11s  %s", name, contents, rows, bytes, meaning));
  }

  private static String meaning(AuditProof proof) {
    return switch (proof) {
      case READ_BACK -> "read back: the bytes have the hash";
      case ETAG -> "the store's ETag proves the hash";
      case RECORDED_ETAG -> "the ETag is still the one that the run proved";
      case SIZE_ONLY -> "there with its size; --deep would prove the hash";
      case CONTRADICTED -> AuditProblem.WRONG_HASH.meaning();
    };
  }

  private static void printProblem(AuditedContent content, PrintWriter out) {
    AuditProblem problem = content.problem();
    if (problem == null) {
      return;
    }
    out.println();
    out.println(
        "  "
            + VisibleText.of(content.topHash() + " " + content.md5())
            + "  "
            + problem
            + ", "
            + Amounts.count(content.rows(), "row")
            + " such as "
            + VisibleText.of(content.exampleRoot() + "/" + content.examplePath()));
    out.println("    why: " + VisibleText.of(why(content, problem)));
    out.println("    do:  " + problem.remedy());
  }

  private static String why(AuditedContent content, AuditProblem problem) {
    String found =
        content.foundIn() == null
            ? ""
            : " (in "
                + content.foundIn()
                + ": "
                + content.foundSize()
                + " bytes instead of "
                + content.size()
                + ", ETag "
                + content.etag()
                + ")";
    return problem.meaning() + found + (content.error() == null ? "" : ": " + content.error());
  }

  private static String closing(AuditReport report) {
    long problems = report.totals().ofProblems().contents();
    if (problems > 0) {
      return Amounts.count(problems, "content")
          + (problems == 1 ? " is" : " are")
          + " not there as the ledger says";
    }
    return report.exitCode() == ExitCode.DONE
        ? "everything that the ledger calls staged or known is there"
        : "the ledger is not whole";
  }
}
