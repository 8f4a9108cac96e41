package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings.Listing;
import org.junit.jupiter.api.Test;

class ListingPlanTest {
  private static final String MD5 = "0".repeat(32);

  private static ListingPlan plan(Listing staging, Listing remote) {
    return new ListingPlan(Map.of(Side.STAGING, staging, Side.REMOTE, remote));
  }

  private static List<KeyRange> ranges(ListingPlan plan, int cores) {
    return plan.tasks(cores).stream().flatMap(Collection::stream).toList();
  }

  private static long requests(ListingPlan plan, int cores, Side side) {
    return ranges(plan, cores).stream().mapToLong(range -> range.requests(side).size()).sum();
  }

  private static boolean isAsked(ListingPlan plan, Side side, String topHash) {
    return plan.asked().holds(side, new ContentName(topHash, MD5));
  }

  @Test
  void add_bothSidesMayChoose_chooseTogether() {
    ListingPlan plan = plan(Listing.AUTO, Listing.AUTO);

    // 2 x 400 candidates against 2 + 1,000 pages, and against 2 + 500.
    plan.add("few", 400, Map.of(Side.STAGING, 2_000L, Side.REMOTE, 1_000_000L));
    plan.add("many", 400, Map.of(Side.STAGING, 2_000L, Side.REMOTE, 500_000L));

    assertThat(isAsked(plan, Side.STAGING, "few")).isTrue();
    assertThat(isAsked(plan, Side.REMOTE, "few")).isTrue();
    assertThat(isAsked(plan, Side.STAGING, "many")).isFalse();
    assertThat(isAsked(plan, Side.REMOTE, "many")).isFalse();
    assertThat(ranges(plan, 4)).isNotEmpty().allMatch(range -> range.topHash().equals("many"));
    assertThat(plan.keys()).isEqualTo(2 * 400 + 502_000);
  }

  @Test
  void add_oneSideMayChoose_choosesForItself() {
    ListingPlan plan = plan(Listing.LIST, Listing.AUTO);

    plan.add("n", 10, Map.of(Side.STAGING, 50_000L, Side.REMOTE, 50_000L));

    assertThat(isAsked(plan, Side.STAGING, "n")).isFalse();
    assertThat(isAsked(plan, Side.REMOTE, "n")).isTrue();
    assertThat(requests(plan, 4, Side.STAGING)).isGreaterThanOrEqualTo(50);
    assertThat(requests(plan, 4, Side.REMOTE)).isZero();
  }

  @Test
  void add_sideThatIsDone_isNotListed() {
    ListingPlan plan = plan(Listing.AUTO, Listing.AUTO);

    plan.add("n", 1_000_000, Map.of(Side.REMOTE, 50_000L));

    assertThat(requests(plan, 4, Side.STAGING)).isZero();
    assertThat(requests(plan, 4, Side.REMOTE)).isBetween(56L, 72L);
  }

  @Test
  void tasks_oneSideMuchLarger_costTheOtherFewRequests() {
    ListingPlan plan = plan(Listing.LIST, Listing.LIST);

    plan.add("n", 1_000_000, Map.of(Side.STAGING, 2_000L, Side.REMOTE, 100_000_000L));

    assertThat(requests(plan, 4, Side.STAGING)).isLessThanOrEqualTo(16);
    assertThat(requests(plan, 4, Side.REMOTE)).isBetween(25_000L, 25_100L);
  }

  @Test
  void tasks_oneLargeAndManySmallNamespaces_areEquallyLong() {
    ListingPlan plan = plan(Listing.LIST, Listing.LIST);
    for (int i = 0; i < 500; i++) {
      plan.add("n" + i, 1_000, Map.of(Side.REMOTE, 2_500L));
    }
    plan.add("z", 1_000_000, Map.of(Side.STAGING, 3_000_000L, Side.REMOTE, 3_000_000L));

    List<List<KeyRange>> tasks = plan.tasks(4);

    assertThat(tasks).hasSize(16);
    double mean = ranges(plan, 4).stream().mapToInt(KeyRange::weight).sum() / 16.0;
    assertThat(tasks)
        .allSatisfy(
            task ->
                assertThat(task.stream().mapToInt(KeyRange::weight).sum() / mean)
                    .isBetween(0.8, 1.2));
  }

  @Test
  void tasks_nothingToList_areNone() {
    ListingPlan plan = plan(Listing.AUTO, Listing.AUTO);
    plan.add("n", 1, Map.of(Side.REMOTE, 50_000L));

    assertThat(plan.tasks(4)).isEmpty();
    assertThat(plan.keys()).isEqualTo(1);
  }

  /** Else content could move from a part that isn't listed yet to one that has been. */
  @Property
  void parts_ofBothSides_areTheSameRangesAndWithoutGaps(
      @ForAll @IntRange(min = 1, max = 500) int parts,
      @ForAll @IntRange(min = 1, max = 500) int staging,
      @ForAll @IntRange(min = 1, max = 500) int remote) {
    Map<Side, Integer> shards = new TreeMap<>(Map.of(Side.STAGING, staging, Side.REMOTE, remote));
    String end = "";
    for (int part = 0; part < parts; part++) {
      KeyRange range = new KeyRange("n", part, parts, shards);
      List<ShardRequest> ofStaging = range.requests(Side.STAGING);
      List<ShardRequest> ofRemote = range.requests(Side.REMOTE);

      assertThat(ofStaging.get(0).shard().startAfter()).isEqualTo(end);
      assertThat(ofRemote.get(0).shard().startAfter()).isEqualTo(end);
      end = ofStaging.get(staging - 1).shard().endExclusive();
      assertThat(ofRemote.get(remote - 1).shard().endExclusive()).isEqualTo(end);
      assertThat(end == null).isEqualTo(part == parts - 1);
    }
  }
}
