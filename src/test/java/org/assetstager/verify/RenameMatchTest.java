package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class RenameMatchTest {
  private static int place(int number) {
    return RenameMatch.place(RenameMatch.hashOfPath("/root", "file" + number));
  }

  private static RoaringBitmap of(int from, int to) {
    RoaringBitmap places = new RoaringBitmap();
    IntStream.range(from, to).forEach(number -> places.add(place(number)));
    return places;
  }

  private static long members(RoaringBitmap places, int from, int to) {
    return IntStream.range(from, to).filter(number -> places.contains(place(number))).count();
  }

  @Test
  void place_few_areFoundAndTakeLittle() {
    RoaringBitmap places = of(0, 1_000);

    assertThat(members(places, 0, 1_000)).isEqualTo(1_000);
    assertThat(places.serializedSizeInBytes()).isLessThan(10_000);
  }

  @Test
  void place_many_areFoundAndFewOthers() {
    RoaringBitmap places = of(0, 200_000);

    assertThat(members(places, 0, 200_000)).isEqualTo(200_000);
    // 200,000 of 16 million bits are set.
    assertThat(members(places, 1_000_000, 1_100_000)).isLessThan(1_500);
  }

  @Test
  void place_ofAnyHash_takesTwoMegabytesAtMost() {
    RoaringBitmap all = new RoaringBitmap();
    all.add(RenameMatch.place(-1));
    all.add(RenameMatch.place(Long.MIN_VALUE));

    assertThat(all.toArray()).containsExactly(0, (1 << 24) - 1);
  }

  @Test
  void hash_ofTexts_dependsOnWhereOneEnds() {
    assertThat(TextHash.of("ab", "c")).isNotEqualTo(TextHash.of("a", "bc"));
    assertThat(TextHash.of("a")).isNotEqualTo(TextHash.of("a", ""));
  }
}
