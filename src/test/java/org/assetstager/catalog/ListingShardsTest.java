package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.ListingShards.Shard;
import org.junit.jupiter.api.Test;

class ListingShardsTest {
  private static String fileId(long high, long low) {
    return new FileId(new Md5(high, low)).toString();
  }

  private static List<Shard> cut(int count) {
    return ListingShards.some(0, count, count);
  }

  private static boolean holds(Shard shard, String key) {
    return key.compareTo(shard.startAfter()) > 0 && shard.isBeforeEnd(key);
  }

  @Property
  void some_anyNumber_holdsEveryFileIdOnce(
      @ForAll long high, @ForAll long low, @ForAll @IntRange(min = 1, max = 5000) int wanted) {
    List<Shard> shards = cut(wanted);

    assertThat(shards).hasSize(wanted);
    assertThat(shards.stream().filter(s -> holds(s, fileId(high, low)))).hasSize(1);
  }

  @Property
  void some_anyNumber_isInOrderWithoutGapsOrOverlaps(
      @ForAll @IntRange(min = 1, max = 5000) int wanted) {
    List<Shard> shards = cut(wanted);

    for (int i = 1; i < shards.size(); i++) {
      assertThat(shards.get(i).startAfter()).isEqualTo(shards.get(i - 1).endExclusive());
      assertThat(shards.get(i).startAfter()).isGreaterThan(shards.get(i - 1).startAfter());
    }
    assertThat(shards.get(shards.size() - 1).endExclusive()).isNull();
  }

  @Test
  void some_asManyAsTheMost_areInOrder() {
    List<Shard> shards = cut(262_144);

    assertThat(shards).hasSize(262_144);
    assertThat(shards).extracting(Shard::startAfter).isSorted().doesNotHaveDuplicates();
    assertThat(shards.get(1).startAfter()).isEqualTo("--0");
    assertThat(shards.get(64).startAfter()).isEqualTo("-0");
  }

  @Test
  void some_sixtyFour_cutsAtTheFirstCharacters() {
    assertThat(cut(64))
        .extracting(Shard::startAfter)
        .startsWith("", "0", "1")
        .contains("9", "A", "Z", "_", "a")
        .endsWith("y", "z");
  }

  @Property(tries = 50)
  void shards_ofUniformKeys_areOfEqualSize(@ForAll Random random) {
    List<String> ids = Stream.generate(() -> fileId(random.nextLong(), 0)).limit(20_000).toList();

    for (Shard shard : cut(10)) {
      assertThat(ids.stream().filter(id -> holds(shard, id)).count()).isBetween(1_600L, 2_400L);
    }
  }

  @Property(tries = 50)
  void estimateKeys_ofUniformKeys_isAboutRight(
      @ForAll Random random, @ForAll @IntRange(min = 2_000, max = 50_000) int count) {
    List<String> page =
        Stream.generate(() -> fileId(random.nextLong(), 0))
            .limit(count)
            .sorted()
            .limit(1_000)
            .toList();

    assertThat((double) ListingShards.estimateKeys(page) / count).isCloseTo(1, within(0.2));
  }

  @Test
  void estimateKeys_ofNoFileIds_isWhatIsThere() {
    assertThat(ListingShards.estimateKeys(List.of("x", "y"))).isEqualTo(2);
    assertThat(ListingShards.estimateKeys(List.of())).isZero();
  }
}
