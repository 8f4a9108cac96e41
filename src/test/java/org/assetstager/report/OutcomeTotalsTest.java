package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.report.Rows.exitCode;
import static org.assetstager.report.Rows.totals;

import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeTotalsTest {
  @ParameterizedTest
  @CsvSource({
    "NOT_ADDED, DONE",
    "INVALID, NEEDS_PERSON",
    "OUTSIDE_ROOT, NEEDS_PERSON",
    "UNREADABLE, NEEDS_PERSON",
    "DELETED, NEEDS_PERSON",
    "RENAMED, NEEDS_PERSON",
    "MODIFIED, NEEDS_PERSON",
    "KNOWN_REMOTE, DONE",
    "KNOWN_STAGING, DONE",
    "CONFLICT, NEEDS_PERSON",
    "STAGED, DONE",
    "DUPLICATE, DONE",
    "FAILED, UPLOADS_FAILED",
    "PLANNED, DONE"
  })
  void exitCode_oneRowAmongStagedOnes_isAsTheTableSays(Outcome outcome, ExitCode expected) {
    assertThat(exitCode(totals(outcome, 1))).isEqualTo(expected);
    assertThat(exitCode(totals(Outcome.STAGED, 5, outcome, 1))).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void exitCode_anyOutcomeBesideFailed_failedIsStronger(Outcome outcome) {
    assertThat(exitCode(totals(outcome, 9, Outcome.FAILED, 1))).isEqualTo(ExitCode.UPLOADS_FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "run0, 3, 0, 0, DONE",
    "run0, 2, 1, 0, NEEDS_PERSON",
    "run0, 2, 1, 1, DONE",
    "run0, 1, 2, 1, NEEDS_PERSON",
    ",     0, 3, 3, DONE",
    ",     0, 3, 2, NEEDS_PERSON"
  })
  void exitCode_problemsKnownOrAllowed_dontCount(
      String knownFrom, long known, long others, long most, ExitCode expected) {
    ProblemCounts problems = new ProblemCounts(knownFrom, known, others, most);

    assertThat(totals(Outcome.MODIFIED, 3).exitCode(problems)).isEqualTo(expected);
    assertThat(totals(Outcome.MODIFIED, 3, Outcome.FAILED, 1).exitCode(problems))
        .isEqualTo(ExitCode.UPLOADS_FAILED);
  }

  @Test
  void exitCode_noRows_isDone() {
    assertThat(exitCode(totals())).isEqualTo(ExitCode.DONE);
  }

  @Test
  void byOutcome_someGiven_namesAllInOrder() {
    assertThat(totals(Outcome.STAGED, 2, Outcome.INVALID, 3).byOutcome().keySet())
        .containsExactly(Outcome.values());
  }

  @Test
  void sums_severalOutcomes_addUp() {
    OutcomeTotals totals = totals(Outcome.STAGED, 2, Outcome.INVALID, 3, Outcome.DELETED, 4);
    assertThat(totals.rows()).isEqualTo(9);
    assertThat(totals.bytes()).isEqualTo(90);
    assertThat(totals.rowsThatNeedAPerson()).isEqualTo(7);
  }

  @Test
  void bytes_moreThanALongHolds_areTheMostALongHolds() {
    Total most = new Total(1, Long.MAX_VALUE);
    OutcomeTotals totals =
        new OutcomeTotals(
            Map.of(Outcome.DELETED, most, Outcome.INVALID, most, Outcome.STAGED, new Total(1, 5)));
    assertThat(totals.bytes()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void total_negative_isRefused() {
    assertThatThrownBy(() -> new Total(-1, 0)).hasMessageContaining("-1 rows");
    assertThat(new OutcomeTotals(Map.of()).of(Outcome.FAILED).bytes()).isZero();
  }
}
