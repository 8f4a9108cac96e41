package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.junit.jupiter.api.Test;

class ConsoleSummaryTest {
  private static String print(RunReport report, List<LedgerRow> problems) {
    StringWriter out = new StringWriter();
    new ConsoleSummary(report, Rows.groups(problems), true, false, "go on")
        .print(new PrintWriter(out));
    return out.toString();
  }

  private static String print(OutcomeTotals totals) {
    return print(ReportJsonTest.report(Rows.exitCode(totals), totals, null), List.of());
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
    assertThat(text)
        .isEqualTo(
            """
            outcome               rows     bytes  what it means
            NOT_ADDED                5      50 B  not added by a user: ignored
            STAGED              12,345  123.5 kB  uploaded by this run
            total               12,350  123.5 kB  all rows of the manifest
            5.0 GB uploaded in 4s, requests PUT 7, LIST 1,234
            All 12,345 files are safe in S3. Nothing needs you.
            Exit code 0: everything that was added is staged or known, and no row needs a person.
            page    file:///ledger/run_id=run1/report.html (beside report.json and ledger/)
            """);
  }

  @Test
  void print_detailed_tellsTheSteps() {
    StringWriter out = new StringWriter();
    OutcomeTotals totals = Rows.totals(Outcome.STAGED, 12_345);
    new ConsoleSummary(
            ReportJsonTest.report(ExitCode.DONE, totals, null), List.of(), true, true, "")
        .print(new PrintWriter(out));

    assertThat(out.toString()).contains("\nverify  3s  10 files  5.0 kB  2.0 kB/s\n");
  }

  @Test
  void print_414RowsOfFiveKinds_takes30LinesAndEndsWithWhereItLies() {
    List<LedgerRow> rows = new ArrayList<>(rows(Outcome.MODIFIED, 201));
    rows.addAll(rows(Outcome.DELETED, 150));
    rows.addAll(rows(Outcome.RENAMED, 50));
    rows.addAll(rows(Outcome.OUTSIDE_ROOT, 10));
    rows.addAll(rows(Outcome.INVALID, 3));
    String text =
        print(
            ReportJsonTest.report(
                ExitCode.NEEDS_PERSON,
                new OutcomeTotals(
                    Map.of(
                        Outcome.MODIFIED, new Total(201, 9),
                        Outcome.DELETED, new Total(150, 9),
                        Outcome.RENAMED, new Total(50, 9),
                        Outcome.OUTSIDE_ROOT, new Total(10, 9),
                        Outcome.INVALID, new Total(3, 9),
                        Outcome.KNOWN_REMOTE, new Total(1, 9),
                        Outcome.KNOWN_STAGING, new Total(1, 9),
                        Outcome.STAGED, new Total(19_000, 9),
                        Outcome.DUPLICATE, new Total(590, 9))),
                null),
            rows);

    List<String> lines = text.lines().toList();
    assertThat(lines).hasSizeLessThanOrEqualTo(ConsoleSummary.MOST_LINES);
    assertThat(lines)
        .anyMatch(line -> line.startsWith("201 changed (MODIFIED"))
        .anyMatch(line -> line.startsWith("3 bad entries (INVALID"))
        .anyMatch(line -> line.endsWith("  ... and 200 more"));
    assertThat(text.indexOf("201 changed"))
        .isLessThan(text.indexOf("outcome   "))
        .isGreaterThanOrEqualTo(0);
    assertThat(lines.get(lines.size() - 2)).startsWith("Exit code 3: ");
    assertThat(lines.get(lines.size() - 1)).startsWith("page    file:///");
  }

  @Test
  void print_problemsKnownAndAllowed_tellsThemAndHowManyAreNew() {
    RunReport report =
        ReportJsonTest.report(
            ExitCode.DONE,
            Rows.totals(Outcome.MODIFIED, 414),
            null,
            new ProblemCounts("run0", 400, 14, 20));

    assertThat(print(report, rows(Outcome.MODIFIED, 414)))
        .startsWith("414 changed (MODIFIED")
        .contains(
            "\n414 rows need a person: 400 as in the run run0, 14 new, at most 20 allowed.\n"
                + "Exit code 0: done; the rows that need a person are known, or no more than"
                + " allowed.\n");
  }

  @Test
  void print_manyKindsAndKnownProblems_fitsOnAScreen() {
    List<LedgerRow> rows = new ArrayList<>();
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      totals.put(outcome, new Total(40, 9));
      if (Problem.isOne(outcome)) {
        rows.addAll(rows(outcome, 40));
      }
    }
    RunReport report =
        ReportJsonTest.report(
            ExitCode.UPLOADS_FAILED,
            new OutcomeTotals(totals),
            null,
            new ProblemCounts("run0", 1, 300, 0));

    assertThat(print(report, rows).lines()).hasSizeLessThanOrEqualTo(ConsoleSummary.MOST_LINES);
  }

  @Test
  void print_onATerminal_hasColoursThatNamesCannotMake() {
    StringWriter out = new StringWriter();
    LedgerRow row = Rows.row(Outcome.MODIFIED, "x\u001b[31my", "was \u001b[0m", "see");
    new ConsoleSummary(
            ReportJsonTest.report(ExitCode.NEEDS_PERSON, Rows.totals(Outcome.MODIFIED, 1), null),
            Rows.groups(List.of(row)),
            true,
            false,
            "")
        .print(Paint.writer(out, true));

    assertThat(out.toString())
        .contains("\u001b[1;33m1 changed\u001b[0m (MODIFIED", "x\\u001b[31my")
        .doesNotContain("\u001b[31m");
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
            1 changed (MODIFIED, 12 B): Add it again
              /data/f0  size 1 is now 2
              list: asset-stager report --run file:///ledger/run_id=run1 --rows paths \
            --outcome MODIFIED --remedy add-again > run1-add-again.paths \
            && xargs -0 -r ls -ld -- < run1-add-again.paths

            """)
        .doesNotContain("\nSTAGED, ")
        .doesNotContain("more")
        .contains("\nExit code 3: done, but 1 row needs a person.\n");
  }

  @Test
  void print_manyRows_showsAFewAndCountsTheOthers() {
    List<LedgerRow> rows = rows(Outcome.FAILED, 400);
    String text =
        print(
            ReportJsonTest.report(ExitCode.UPLOADS_FAILED, Rows.totals(Outcome.FAILED, 400), null),
            rows);

    assertThat(text.lines().filter(line -> line.startsWith("  /data/f"))).hasSize(3);
    assertThat(text)
        .contains("400 failed to upload (FAILED, 4.8 kB): ")
        .contains("  ... and 397 more\n")
        .contains("\nExit code 4: done, but 400 uploads failed.\n");
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
        .contains("  /data/x\\n\\u001b[31m\\u202ey  was \\u001b[0m\n")
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
    assertThat(text).contains("  m.json, position 42  md5 is none\n");
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
        .contains("estimate  1m53s in all, 1m40s of it for the transfer\n")
        .contains("estimate  1,234.50 USD once, then 0.000012 USD a month to keep it\n")
        .contains("estimate  requests: PUT 7\n")
        .contains("  Transfer: not measured.\n")
        .contains("probe     bound by requests of small contents, 5 a second\n")
        .containsPattern("\n  look at objects of staging \\(HEAD\\) +5\\.3 +\n")
        .doesNotContainIgnoringCase("upload ", "uploaded")
        .contains("Exit code 0: a run would stage everything that isn't there yet");
  }

  @Test
  void print_jobFailed_showsTheErrorAndHowToResume() {
    String text = print(failed(ExitCode.FAILED, "Host h: no \u001b mount.\nMount it."), List.of());
    assertThat(text)
        .doesNotContain("outcome")
        .contains("Host h: no \\u001b mount.\nMount it.\n")
        .contains("Continue with: go on\n")
        .contains("\nExit code 1: the job failed and can continue where it stopped.\n");
    assertThat(print(failed(ExitCode.USAGE, "x"), List.of()))
        .doesNotContain("Continue with")
        .contains("Exit code 2: ");
    assertThat(print(failed(ExitCode.INTERRUPTED, "x"), List.of()))
        .contains("Continue with: go on\n")
        .contains("Exit code 130: ");
  }

  @Test
  void print_failedAndNeedsAPerson_closesWithBoth() {
    assertThat(print(Rows.totals(Outcome.FAILED, 1, Outcome.DELETED, 2)))
        .contains("Exit code 4: done, but 1 upload failed, and 2 rows need a person.\n");
  }
}
