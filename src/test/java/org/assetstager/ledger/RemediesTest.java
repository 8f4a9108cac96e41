package org.assetstager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.assetstager.asset.Outcome;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.testing.SampleRows;
import org.assetstager.verify.RenameSearch;
import org.assetstager.verify.SeenFacts;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RemediesTest {
  private static VerifiedRow row(boolean unrepresentable, String renamedTo) {
    ManifestRow row =
        new ManifestRow(
            "m",
            0,
            null,
            unrepresentable,
            null,
            false,
            "top",
            "/r",
            "old",
            "pending",
            1L,
            BigInteger.ONE,
            BigInteger.ONE,
            null,
            null,
            1L,
            1L,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return new VerifiedRow(
        row, Verdict.MODIFIED, null, null, SeenFacts.NONE, null, false, null, null, renamedTo, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID, Fix the manifest",
    "OUTSIDE_ROOT, copy the file itself",
    "UNREADABLE, read the file",
    "DELETED, Remove it from the asset",
    "RENAMED, Remove the old path",
    "MODIFIED, Add it again",
    "CONFLICT, remote bucket",
    "FAILED, Run again"
  })
  void of_outcomeWithSomethingToDo_saysWhat(Outcome outcome, String expected) {
    assertThat(Remedies.of(outcome, row(false, null))).contains(expected);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void of_anyOutcome_isThereWhereSomebodyHasToAct(Outcome outcome) {
    assertThat(Remedies.of(outcome, row(false, null)) != null)
        .isEqualTo(outcome.needsPerson() || outcome == Outcome.FAILED);
  }

  @Test
  void of_renamed_namesTheNewPath() {
    assertThat(Remedies.of(Outcome.RENAMED, row(false, "dir/new"))).endsWith(": dir/new");
  }

  @Test
  void of_unrepresentableName_asksForAnotherName() {
    assertThat(Remedies.of(Outcome.UNREADABLE, row(true, null))).startsWith("Rename the file");
  }

  @Test
  void of_deletedAfterASearchOfAPartOfTheRoot_saysSo() {
    VerifiedRow plain = SampleRows.other(1, Verdict.DELETED);
    VerifiedRow ended =
        new VerifiedRow(
            plain.row(),
            Verdict.DELETED,
            RenameSearch.SEARCH_ENDED + ": among 10000 entries",
            null,
            SeenFacts.NONE,
            null,
            false,
            null,
            null,
            null,
            0);

    assertThat(Remedies.of(Outcome.DELETED, plain)).doesNotContain("find-renamed");
    assertThat(Remedies.of(Outcome.DELETED, ended))
        .contains("looked for in a part of the root only (verify.find-renamed = root");
  }
}
