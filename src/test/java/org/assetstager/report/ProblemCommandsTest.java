package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.Remedy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemCommandsTest {
  private static final RunReport REPORT =
      ReportJsonTest.report(ExitCode.NEEDS_PERSON, new OutcomeTotals(Map.of()), null);

  private static String command(Outcome outcome, Remedy kind) {
    return ProblemCommands.of(
        new ProblemGroup(outcome, kind, new Total(1, 1), false, List.of()), REPORT);
  }

  @Test
  void of_files_makesAListOfThemAndLooksAtEach() {
    assertThat(command(Outcome.UNREADABLE, Remedy.MAKE_READABLE))
        .isEqualTo(
            "asset-stager report --run file:///ledger/run_id=run1 --rows paths"
                + " --outcome UNREADABLE --remedy make-readable > run1-make-readable.paths"
                + " && xargs -0 -r namei -l -- < run1-make-readable.paths");
  }

  @Test
  void of_rowsThatNoPathNames_makesATable() {
    assertThat(command(Outcome.INVALID, Remedy.FIX_MANIFEST_ROW))
        .isEqualTo(
            "asset-stager report --run file:///ledger/run_id=run1 --rows sheet --outcome INVALID"
                + " --remedy fix-manifest-row > run1-fix-manifest-row.csv");
  }

  @Test
  void of_remedyOfALaterVersion_makesATableOfTheOutcome() {
    assertThat(command(Outcome.MODIFIED, null))
        .endsWith(" --rows sheet --outcome MODIFIED > run1-MODIFIED.csv");
  }

  @ParameterizedTest
  @EnumSource(Remedy.class)
  void of_anyRemedy_isOneLineOrTheRunItself(Remedy kind) {
    String command = command(Outcome.FAILED, kind);

    boolean isRun = kind == Remedy.RUN_AGAIN || kind == Remedy.RUN_AGAIN_TO_FIND;
    assertThat(command.lines().count()).isEqualTo(isRun ? 0 : 1);
  }
}
