package org.assetstager.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerFacts;
import org.assetstager.testing.SampleRows;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class JudgeRowsTest {
  private static String pathOf(String root) {
    FileRow row =
        new FileRow(
            "top", root, "d/a", 5L, SampleRows.md5(1), Outcome.MODIFIED, LedgerFacts.NONE, true);
    JudgeRows judge =
        new JudgeRows(LedgerAudit.CLAIMING, Map.of("/seen/link", "/nowhere/on/this/host"), 0);
    return JudgedRow.pathOf(
        judge
            .call(List.of(new Tuple2<>(row.key(), FileRow.CODEC.toBytes(row))).iterator())
            .next()
            ._1());
  }

  /** Else a row that speaks against a file wouldn't meet the others of that file. */
  @Test
  void path_ofARootThatThisHostDoesNotSee_isWhereTheDriverSaysThatItLeads() {
    assertThat(pathOf("/seen/link")).isEqualTo("/nowhere/on/this/host/d/a");
    assertThat(pathOf("/nowhere/on/this/host")).isEqualTo("/nowhere/on/this/host/d/a");
    assertThat(pathOf("/seen/other")).isEqualTo("/seen/other/d/a");
  }
}
