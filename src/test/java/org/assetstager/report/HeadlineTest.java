package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assetstager.asset.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HeadlineTest {
  private static Headline headline(Object... outcomesAndRows) {
    OutcomeTotals totals = Rows.totals(outcomesAndRows);
    return Headline.of(ReportJsonTest.report(Rows.exitCode(totals), totals, null));
  }

  @Test
  void of_someRowsNeedAPerson_saysHowManyAreSafeAndWhatIsToBeDone() {
    Headline headline =
        headline(
            Outcome.KNOWN_REMOTE, 12_000,
            Outcome.KNOWN_STAGING, 92,
            Outcome.STAGED, 6_500,
            Outcome.DUPLICATE, 1_000,
            Outcome.NOT_ADDED, 777,
            Outcome.DELETED, 150,
            Outcome.MODIFIED, 201,
            Outcome.RENAMED, 50,
            Outcome.OUTSIDE_ROOT, 10,
            Outcome.INVALID, 3);

    assertThat(headline.safe()).isEqualTo("19,592 of 20,006 files are safe in S3 (98 %).");
    assertThat(headline.needed())
        .isEqualTo("414 need you: 201 changed, 150 missing, 50 moved, 10 links, 3 bad entries.");
    assertThat(headline.files()).isEqualTo(20_006);
  }

  @Test
  void of_one_isInTheSingular() {
    assertThat(headline(Outcome.STAGED, 1, Outcome.INVALID, 1))
        .isEqualTo(
            new Headline("1 of 2 files is safe in S3 (50 %).", "1 needs you: 1 bad entry.", 2));
  }

  @Test
  void of_allSafe_saysSo() {
    assertThat(headline(Outcome.STAGED, 1200))
        .isEqualTo(new Headline("All 1,200 files are safe in S3.", "Nothing needs you.", 1200));
    assertThat(headline(Outcome.FAILED, 2).safe()).isEqualTo("None of 2 files is safe in S3.");
    assertThat(headline(Outcome.STAGED, 1).safe()).isEqualTo("The one file is safe in S3.");
    assertThat(headline(Outcome.NOT_ADDED, 4).safe())
        .isEqualTo("The manifest has no file that was added.");
  }

  @Test
  void of_failedUploads_saysToRunAgain() {
    assertThat(headline(Outcome.FAILED, 5, Outcome.DELETED, 1).needed())
        .isEqualTo("1 needs you: 1 missing. 5 failed to upload: run again.");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 100000, less than 1 %",
    "1, 2, 50 %",
    "99999, 100000, more than 99 %",
    "10, 10, 100 %"
  })
  void share_anyPart_isNeverRoundedToAllOrNothing(long part, long whole, String expected) {
    assertThat(Headline.share(part, whole)).isEqualTo(expected);
  }

  @Test
  void of_dryRun_tellsWhatIsPlannedFromItsDuplicates() {
    OutcomeTotals totals =
        Rows.totals(Outcome.PLANNED, 30, Outcome.KNOWN_REMOTE, 70, Outcome.MODIFIED, 1);
    RunReport report =
        ReportJsonTest.report(
            ExitCode.NEEDS_PERSON, totals, new RunReport.Plan(20, 1, 0, 19, 3, 200));

    assertThat(Headline.of(report).safe())
        .isEqualTo(
            "70 of 101 files are in S3 already (69 %). A run would stage 20; 10 more have the same"
                + " content.");
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED, The run failed: 30 of 100 files are done.",
    "INTERRUPTED, The run was interrupted: 30 of 100 files are done.",
    "USAGE, 'The run was refused, nothing was uploaded: 30 of 100 files are done.'"
  })
  void of_runThatBrokeOff_saysHowFarItCame(ExitCode code, String expected) {
    RunReport whole =
        ReportJsonTest.report(
            code, Rows.totals(Outcome.KNOWN_REMOTE, 30, Outcome.NOT_ADDED, 2), null);
    RunReport broken = ReportJsonTest.with(whole, code, "x", 102);

    assertThat(Headline.of(broken)).isEqualTo(new Headline(expected, "", 100));
  }

  @Test
  void of_runThatBrokeOffInTheTransfer_tellsWhatItGotThrough() {
    RunReport whole =
        ReportJsonTest.report(ExitCode.INTERRUPTED, Rows.totals(Outcome.DELETED, 5), null);
    RunReport broken =
        ReportJsonTest.with(
            whole,
            ExitCode.INTERRUPTED,
            "x",
            6000,
            List.of(new RunReport.Phase("transfer", 20, 2542, 77_200_000)));

    assertThat(Headline.of(broken).safe())
        .isEqualTo(
            "The run was interrupted: 5 of 6,000 files are done. The step transfer got through"
                + " 2,542 more.");
  }

  @Test
  void of_transferThatCountedFilesTwice_tellsNoMoreThanThereAre() {
    RunReport whole = ReportJsonTest.report(ExitCode.FAILED, Rows.totals(Outcome.DELETED, 5), null);
    RunReport broken =
        ReportJsonTest.with(
            whole, ExitCode.FAILED, "x", 100, List.of(new RunReport.Phase("transfer", 20, 130, 1)));

    assertThat(Headline.of(broken).safe()).endsWith("The step transfer got through 95 more.");
  }

  @Test
  void changes_betweenTwoRuns_areThoseThatSomebodyReads() {
    OutcomeTotals before =
        Rows.totals(Outcome.STAGED, 100, Outcome.DELETED, 3, Outcome.NOT_ADDED, 7);
    OutcomeTotals now =
        Rows.totals(
            Outcome.KNOWN_REMOTE, 100, Outcome.STAGED, 20, Outcome.MODIFIED, 1, Outcome.DELETED, 1);

    assertThat(Headline.changes(before, now))
        .containsExactly(
            "19 more in the manifest", "20 more safe in S3", "2 fewer missing", "1 more changed");
    assertThat(Headline.changes(now, now)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void problems_anyOutcome_areWhereTheExitCodeIsNotNought(Outcome outcome) {
    assertThat(Problem.isOne(outcome))
        .isEqualTo(Rows.exitCode(Rows.totals(outcome, 1)) != ExitCode.DONE);
  }
}
