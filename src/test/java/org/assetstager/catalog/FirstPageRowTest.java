package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.apache.spark.sql.Row;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;

/** A page that was lost with its executor is listed anew, and may be another one then. */
class FirstPageRowTest {
  private static final Row CONTENT =
      ListFirstPages.PAGES.toRow(new FirstPageRow("one", "0".repeat(32), 7, "e", 0));
  private static final Row NOTE =
      ListFirstPages.PAGES.toRow(new FirstPageRow("one", null, 5_000, null, 3));

  @Test
  void contents_ofANamespaceOfOnePage_areTaken() {
    assertThat(new FirstPageRow.Contents(Set.of("other")).call(CONTENT))
        .toIterable()
        .containsExactly(ListBuckets.KNOWN.toRow(new KnownContent("one", "0".repeat(32), 7, "e")));
  }

  @Test
  void contents_ofANamespaceThatIsListedInShards_areNotTakenTwice() {
    assertThat(new FirstPageRow.Contents(Set.of("one")).call(CONTENT)).isExhausted();
    assertThat(new FirstPageRow.Contents(Set.of("one")).call(NOTE)).isExhausted();
  }

  @Test
  void contents_ofANamespaceThatGrewMeanwhile_stopTheJob() {
    assertThatThrownBy(() -> new FirstPageRow.Contents(Set.of("other")).call(NOTE))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The namespace one grew beyond a page")
        .hasMessageContaining("--resume");
  }

  @Test
  void isNote_notesAlone_areChosen() {
    assertThat(new FirstPageRow.IsNote().call(NOTE)).isTrue();
    assertThat(new FirstPageRow.IsNote().call(CONTENT)).isFalse();
  }
}
