package org.assetstager.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assetstager.catalog.ContentOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {
  @Property
  void shares_ofAnyContent_areDisjointAndTogetherEverything(
      @ForAll @Size(16) byte[] md5, @ForAll @IntRange(min = 1, max = 50) int shares) {
    byte[] row = ContentOrder.key(md5, "top", ContentOrder.ROW, new byte[] {1, 2});
    byte[] object = ContentOrder.key(md5, "other", ContentOrder.REMOTE, new byte[0]);

    int[] having =
        IntStream.rangeClosed(1, shares).filter(k -> new Share(k, shares).has(row)).toArray();

    assertThat(having).hasSize(1);
    assertThat(new Share(having[0], shares).has(object)).as("whatever its namespace").isTrue();
  }

  @Test
  void shares_manyContents_areAboutEqual() {
    Random random = new Random(1);
    int[] contents = new int[30];
    for (int i = 0; i < 30_000; i++) {
      byte[] md5 = new byte[16];
      random.nextBytes(md5);
      byte[] key = ContentOrder.key(md5, "top", ContentOrder.ROW, new byte[0]);
      for (int k = 1; k <= 30; k++) {
        contents[k - 1] += new Share(k, 30).has(key) ? 1 : 0;
      }
    }

    assertThat(IntStream.of(contents)).allMatch(count -> count > 850 && count < 1150);
    assertThat(IntStream.of(contents).sum()).isEqualTo(30_000);
  }

  @Test
  void share_ofAContent_isTheSameForEver() {
    byte[] md5 = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    byte[] key = ContentOrder.key(md5, "top", ContentOrder.ROW, new byte[0]);

    // 0x08090a0b0c0d0e0f modulo 30
    assertThat(new Share(18, 30).has(key)).isTrue();
    assertThat(Share.parse("18/30")).isEqualTo(new Share(18, 30)).hasToString("18/30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "0/3", "4/3", "-1/3", "1/0", "1/3/3", "a/b", "1/9999999999"})
  void parse_noShare_isRefused(String text) {
    assertThatThrownBy(() -> Share.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("share");
  }
}
