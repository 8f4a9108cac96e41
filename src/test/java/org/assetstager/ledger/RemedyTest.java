package org.assetstager.ledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

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

class RemedyTest {
  private static VerifiedRow row(boolean unrepresentable, String renamedTo) {
    ManifestRow row =
        unrepresentable ? SampleRows.bad(0, "a name", true) : SampleRows.added(0, "/r", "old");
    return new VerifiedRow(
        row, Verdict.MODIFIED, null, null, SeenFacts.NONE, null, false, null, null, renamedTo, 0);
  }

  private static String sentence(Outcome outcome, VerifiedRow row) {
    return requireNonNull(Remedy.of(outcome, row)).sentence(row);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID, fix-manifest-row, Fix the manifest",
    "OUTSIDE_ROOT, copy-below-root, copy the file itself",
    "UNREADABLE, make-readable, read the file",
    "DELETED, remove-or-restore, Remove it from the asset",
    "RENAMED, replace-path, Remove the old path",
    "MODIFIED, add-again, Add it again",
    "CONFLICT, tell-remote-keeper, remote bucket",
    "FAILED, run-again, Run again"
  })
  void of_outcomeWithSomethingToDo_saysWhat(Outcome outcome, String code, String expected) {
    assertThat(requireNonNull(Remedy.of(outcome, row(false, null))).code()).isEqualTo(code);
    assertThat(sentence(outcome, row(false, null))).contains(expected);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void of_anyOutcome_isThereWhereSomebodyHasToAct(Outcome outcome) {
    assertThat(Remedy.of(outcome, row(false, null)) != null)
        .isEqualTo(outcome.needsPerson() || outcome == Outcome.FAILED);
  }

  @ParameterizedTest
  @EnumSource(Remedy.class)
  void code_any_isOneWord(Remedy remedy) {
    assertThat(remedy.code()).matches("[a-z0-9]+(-[a-z0-9]+)*");
    assertThat(remedy.words()).doesNotContain("dir/new").doesNotEndWith(".");
  }

  @Test
  void sentence_renamed_namesTheNewPath() {
    String sentence = sentence(Outcome.RENAMED, row(false, "dir/new"));

    assertThat(sentence).endsWith("add the new one: dir/new");
    assertThat(Remedy.renamedTo(sentence)).isEqualTo("dir/new");
    assertThat(Remedy.renamedTo(Remedy.ADD_AGAIN.words())).isNull();
  }

  @Test
  void of_unrepresentableName_asksForAnotherName() {
    assertThat(Remedy.of(Outcome.UNREADABLE, row(true, null))).isEqualTo(Remedy.RENAME_TO_UTF8);
  }

  private static VerifiedRow deleted(String detail) {
    return new VerifiedRow(
        SampleRows.other(1, Verdict.DELETED).row(),
        Verdict.DELETED,
        detail,
        null,
        SeenFacts.NONE,
        null,
        false,
        null,
        null,
        null,
        0);
  }

  @Test
  void of_deletedAfterASearchOfAPartOfTheRoot_saysSo() {
    VerifiedRow ended = deleted(RenameSearch.SEARCH_ENDED + ": among 10000 entries");

    assertThat(Remedy.of(Outcome.DELETED, SampleRows.other(1, Verdict.DELETED)))
        .isEqualTo(Remedy.REMOVE_OR_RESTORE);
    assertThat(sentence(Outcome.DELETED, ended))
        .contains("looked for in a part of the root only (verify.find-renamed = root");
  }

  /** Nobody has looked for a new path. */
  @Test
  void of_deletedSinceTheScan_isToRunAgain() {
    assertThat(Remedy.of(Outcome.DELETED, deleted(RenameSearch.GONE_SINCE_SCAN + ": Nothing")))
        .isEqualTo(Remedy.RUN_AGAIN_TO_FIND);
  }
}
