package org.assetstager.audit;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.assetstager.asset.VisibleText;
import org.assetstager.audit.AuditTotals.Total;
import org.assetstager.catalog.ContentName;
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
   * @param goOn a command that looks at what is left
   */
  public static void print(
      AuditReport report, List<AuditedContent> problems, String goOn, PrintWriter out) {
    if (report.deletion() == null) {
      printContents(report, problems, out);
    } else {
      printKept(report.deletion(), out);
    }
    out.println();
    out.println("run id  " + report.runId());
    out.println("ledger  " + Places.path(report.ledger()));
    out.println("audit   " + Places.path(report.folder()));
    printExtent(report, goOn, out);
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

  private static void printContents(
      AuditReport report, List<AuditedContent> problems, PrintWriter out) {
    printRow(out, "found", "contents", "rows", "bytes", "what it means");
    report.totals().held().forEach((proof, total) -> printTotal(out, proof, total, meaning(proof)));
    report
        .totals()
        .problems()
        .forEach((problem, total) -> printTotal(out, problem, total, problem.meaning()));
    printTotal(
        out, "total", report.totals().all(), "everything that the ledger calls staged or known");
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
  }

  /** A file that is kept is told by its reason, and one path of each. */
  private static void printKept(DeletionTotals deletion, PrintWriter out) {
    printFiles(out, "files", "rows", "bytes", "what it means");
    deletion
        .kept()
        .forEach(
            (kept, reason) -> {
              printFiles(out, kept.name(), reason.total(), kept.meaning());
              if (reason.example() != null) {
                out.println("               such as " + VisibleText.of(reason.example()));
              }
            });
    printFiles(out, "SAFE", deletion.safe(), "proved and unaltered: printed for deletion");
  }

  private static void printFiles(
      PrintWriter out, String name, org.assetstager.asset.Total rows, String meaning) {
    printFiles(out, name, Amounts.count(rows.rows()), Amounts.bytes(rows.bytes()), meaning);
  }

  private static void printFiles(
      PrintWriter out, String name, String rows, String bytes, String meaning) {
    out.println(String.format(Locale.ROOT, "%-14s%15s%11s  %s", name, rows, bytes, meaning));
  }

  private static void printExtent(AuditReport report, String goOn, PrintWriter out) {
    AuditExtent extent = report.extent();
    if (!extent.share().equals(Share.ALL)) {
      out.println("share   " + extent.share() + " of the contents");
    }
    if (extent.seenBefore() > 0) {
      String rows = Amounts.count(extent.seenBefore(), "row");
      out.println("since   an earlier audit saw the contents of " + rows);
    }
    if (extent.isStopped()) {
      ContentName ahead = extent.ahead();
      String where = ahead == null ? "" : ", such as " + ahead.topHash() + " " + ahead.md5();
      out.println();
      out.println(
          "The time is over: the contents of "
              + Amounts.count(extent.left(), "row")
              + " are left"
              + VisibleText.of(where)
              + ".");
      out.println("Continue with: " + goOn);
    }
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
      case SIZE_ONLY -> "it is there and has the size; --deep would prove the hash";
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
    DeletionTotals deletion = report.deletion();
    if (deletion != null) {
      return Amounts.count(deletion.paths().rows(), "file")
          + " of "
          + Amounts.bytes(deletion.paths().bytes())
          + (deletion.paths().rows() == 1 ? " is" : " are")
          + " safe to delete"
          + (report.exitCode() == ExitCode.DONE
              ? ""
              : "; the job couldn't find out about others: see above");
    }
    long unanswered = report.totals().of(AuditProblem.NO_ANSWER).contents();
    long wrong = report.totals().ofProblems().contents() - unanswered;
    String silence = "S3 gave no answer about " + Amounts.count(unanswered, "content");
    if (wrong > 0) {
      return Amounts.count(wrong, "content")
          + (wrong == 1 ? " is" : " are")
          + " not there as the ledger says"
          + (unanswered > 0 ? "; " + silence : "");
    }
    if (unanswered > 0) {
      return silence;
    }
    return report.exitCode() == ExitCode.DONE
        ? "everything that the ledger calls staged or known"
            + (report.extent().isWhole() ? " is there" : ", as far as it was looked at, is there")
        : "the ledger is not complete";
  }
}
