package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.junit.jupiter.api.Test;

class ConsoleSummaryTest {
  private static String print(RunReport report, List<LedgerRow> problems) {
    StringWriter out = new StringWriter();
    ConsoleSummary.print(report, Rows.groups(problems), true, new PrintWriter(out));
    return out.toString();
  }

  private static String print(OutcomeTotals totals) {
    return print(ReportJsonTest.report(totals.exitCode(), totals, null), List.of());
  }

  private static List<LedgerRow> rows(Outcome outcome, int count) {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(Rows.row(outcome, "f" + i, "size 1 is now 2", "Add it again"));
    }
    return rows;
  }

  private static RunReport failed(ExitCode exitCode, String error) {
    return new RunReport(
        "run 1",
        "stage",
        false,
        "v",
        "s",
        Instant.EPOCH,
        Instant.EPOCH,
        exitCode,
        error,
        "file:/l/run_id=run 1",
        0,
        new OutcomeTotals(Map.of()),
        0,
        List.of(),
        List.of(),
        Map.of(),
        null,
        null,
        Map.of(),
        null);
  }

  @Test
  void print_someOutcomes_showsOnlyTheseAndTheirTotal() {
    String text = print(Rows.totals(Outcome.STAGED, 12_345, Outcome.NOT_ADDED, 5));
    assertThat(text.lines().limit(4))
        .containsExactly(
            "outcome                  rows      bytes  what it means",
            "NOT_ADDED                   5       50 B  not added by a user: ignored",
            "STAGED                 12,345   123.5 kB  uploaded by this run",
            "total                  12,350   123.5 kB  all rows of the manifest");
    assertThat(text)
        .doesNotContain("MODIFIED")
        .contains("uploaded  5.0 GB\n")
        .contains("verify  00:03  10 files  5.0 kB  2.0 kB/s\n")
        .contains("requests  PUT 7, LIST 1,234\n")
        .contains("run id  run1\n")
        .contains("ledger  file:///ledger/run_id=run1\n")
        .contains("report  file:///ledger/run_id=run1/report.json\n")
        .contains("page    file:///ledger/run_id=run1/report.html\n")
        .doesNotContain("resume")
        .endsWith(
            "Exit code 0: everything that was added is staged or known, and no row needs a"
                + " person.\n");
  }

  @Test
  void print_rowsAreMissing_saysThatItDoesNotAddUp() {
    OutcomeTotals totals = Rows.totals(Outcome.STAGED, 1);
    RunReport report = ReportJsonTest.report(ExitCode.DONE, totals, null);
    RunReport short_ = ReportJsonTest.with(report, ExitCode.DONE, null, 2);
    assertThat(print(short_, List.of())).contains("DOES NOT ADD UP: the manifest has 2 rows");
  }

  @Test
  void print_runThatBrokeOff_saysHowFarItCame() {
    RunReport whole = ReportJsonTest.report(ExitCode.DONE, Rows.totals(Outcome.STAGED, 1), null);
    RunReport broken =
        ReportJsonTest.with(whole, ExitCode.INTERRUPTED, "The run was interrupted.", 5);

    assertThat(print(broken, List.of()))
        .contains("as far as the run came: the manifest has 5 rows\n")
        .doesNotContain("ADD UP");
  }

  @Test
  void print_rowsNeedAPerson_showsWhyAndWhatToDo() {
    String text =
        print(
            ReportJsonTest.report(
                ExitCode.NEEDS_PERSON, Rows.totals(Outcome.MODIFIED, 1, Outcome.STAGED, 1), null),
            rows(Outcome.MODIFIED, 1));
    assertThat(text)
        .contains(
            """

            1 changed (MODIFIED, 12 B): the content is not what was added
              do:  Add it again
                /data/f0  size 1 is now 2
              list: asset-stager report --run file:///ledger/run_id=run1 --rows paths \
            --outcome MODIFIED --remedy add-again > run1-add-again.paths \
            && xargs -0 -r ls -ld -- < run1-add-again.paths
            """)
        .doesNotContain("\nSTAGED, ")
        .doesNotContain("more")
        .endsWith("Exit code 3: done, but 1 row needs a person.\n");
  }

  @Test
  void print_manyRows_showsAFewAndCountsTheOthers() {
    List<LedgerRow> rows = rows(Outcome.FAILED, 400);
    String text =
        print(
            ReportJsonTest.report(ExitCode.UPLOADS_FAILED, Rows.totals(Outcome.FAILED, 400), null),
            rows);

    assertThat(text.lines().filter(line -> line.startsWith("    /data/f"))).hasSize(3);
    assertThat(text)
        .contains("400 failed to upload (FAILED, 4.8 kB): the upload failed\n")
        .contains("  ... and 397 more\n")
        .endsWith("Exit code 4: done, but 400 uploads failed.\n");
  }

  @Test
  void print_hostileName_staysOnItsLine() {
    LedgerRow row =
        Rows.row(Outcome.MODIFIED, "x\n\u001b[31m\u202ey", "was \u001b[0m", "see \r\nx");
    String text =
        print(
            ReportJsonTest.report(ExitCode.NEEDS_PERSON, Rows.totals(Outcome.MODIFIED, 1), null),
            List.of(row));
    assertThat(text)
        .contains("    /data/x\\n\\u001b[31m\\u202ey  was \\u001b[0m\n")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
  }

  @Test
  void print_invalidRow_namesItsPlaceInTheManifest() {
    LedgerRow named = Rows.row(Outcome.INVALID, "f", "md5 is none", null);
    String text =
        print(
            ReportJsonTest.report(ExitCode.NEEDS_PERSON, Rows.totals(Outcome.INVALID, 1), null),
            List.of(named));
    assertThat(text).contains("    m.json, position 42  md5 is none\n");
  }

  @Test
  void print_dryRun_saysWhatARunWouldDo() {
    String text =
        print(
            ReportJsonTest.report(
                ExitCode.DONE,
                Rows.totals(Outcome.PLANNED, 3),
                new RunReport.Plan(3, 2, 1, 3, 40, 1_500_000)),
            List.of());
    assertThat(text)
        .contains(
            "A run would send 1.5 MB in 3 PUTs and 40 parts, after 2 pages of listings and 1 HEAD.")
        .contains("estimate  01:53 in all, 01:40 of it for the upload\n")
        .contains("estimate  1,234.50 USD once, then 0.000012 USD a month to keep it\n")
        .contains("estimate  requests: PUT 7\n")
        .contains("  Upload: not measured.\n")
        .doesNotContain("uploaded  ")
        .contains("Exit code 0: a run would stage everything that isn't there yet");
  }

  @Test
  void print_jobFailed_showsTheErrorAndHowToResume() {
    String text = print(failed(ExitCode.FAILED, "Host h: no \u001b mount.\nMount it."), List.of());
    assertThat(text)
        .doesNotContain("outcome")
        .contains("\nHost h: no \\u001b mount.\nMount it.\n")
        .contains("resume  asset-stager stage --resume 'run 1' --config ...\n")
        .endsWith("Exit code 1: the job failed and can go on where it stopped.\n");
    assertThat(print(failed(ExitCode.USAGE, "x"), List.of()))
        .doesNotContain("resume")
        .contains("Exit code 2: ");
    assertThat(print(failed(ExitCode.INTERRUPTED, "x"), List.of()))
        .contains("resume  asset-stager stage --resume 'run 1'")
        .contains("Exit code 130: ");
  }

  @Test
  void print_failedAndNeedsAPerson_closesWithBoth() {
    assertThat(print(Rows.totals(Outcome.FAILED, 1, Outcome.DELETED, 2)))
        .endsWith("Exit code 4: done, but 1 upload failed, and 2 rows need a person.\n");
  }
}
