package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assetstager.spark.ByteKeys;
import org.assetstager.testing.SampleRows;
import org.assetstager.verify.Verdict;
import org.junit.jupiter.api.Test;

class ContentOrderTest {
  private final ByteKeys order = new ByteKeys();

  private static ContentOrder.Row row(long position, String topHash, int content) {
    return new ContentOrder.Row(
        "file:/manifest", position, topHash, Verdict.UNCHANGED, SampleRows.md5(content));
  }

  private static KnownContent object(String topHash, int content) {
    return new KnownContent(topHash, SampleRows.md5(content), 5, null, false);
  }

  @Test
  void compare_oneContent_hasItsObjectsBeforeItsRowsAndTheseByPosition() {
    List<byte[]> sorted =
        List.of(
            ContentOrder.keyOf(ContentOrder.REMOTE, object("top", 1)),
            ContentOrder.keyOf(ContentOrder.STAGING, object("top", 1)),
            ContentOrder.keyOf(row(2, "top", 1)),
            ContentOrder.keyOf(row(10, "top", 1)),
            ContentOrder.keyOf(row(300, "top", 1)),
            ContentOrder.keyOf(row(1L << 40, "top", 1)));
    List<byte[]> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, new Random(5));

    shuffled.sort(order);

    assertThat(shuffled).containsExactlyElementsOf(sorted);
    assertThat(sorted)
        .allMatch(key -> ContentOrder.sameContent(sorted.get(0), key))
        .extracting(ContentOrder::what)
        .containsExactly(
            ContentOrder.REMOTE,
            ContentOrder.STAGING,
            ContentOrder.ROW,
            ContentOrder.ROW,
            ContentOrder.ROW,
            ContentOrder.ROW);
  }

  @Test
  void sameContent_namespaceThatBeginsLikeTheOther_isAnother() {
    byte[] one = ContentOrder.keyOf(row(1, "top", 1));

    assertThat(
            List.of(
                ContentOrder.keyOf(row(1, "top-2", 1)),
                ContentOrder.keyOf(row(1, "to", 1)),
                ContentOrder.keyOf(row(1, "top", 2)),
                ContentOrder.keyOf(ContentOrder.REMOTE, object("top-2", 1))))
        .noneMatch(other -> ContentOrder.sameContent(one, other))
        .noneMatch(other -> ContentOrder.sameContent(other, one));
  }

  @Test
  void getPartition_allOfAContent_isOne() {
    ByteKeys.ByHash deal = new ByteKeys.ByHash(7);

    for (int content = -20; content < 20; content++) {
      int place = deal.getPartition(ContentOrder.keyOf(ContentOrder.REMOTE, object("t", content)));
      assertThat(place).isBetween(0, 6);
      assertThat(deal.getPartition(ContentOrder.keyOf(row(3, "t", content)))).isEqualTo(place);
    }
  }
}
