package org.assetstager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.assetstager.plan.Bins.Heavy;
import org.assetstager.plan.Bins.Target;
import org.junit.jupiter.api.Test;

class BinsTest {
  private static final Target TARGET = new Target(100, 10_000, 8);

  /** Rows of these weights, with identities as a hash would make them. */
  private static List<Heavy> rows(Random random, long... weights) {
    List<Heavy> rows = new ArrayList<>();
    for (long weight : weights) {
      rows.add(new Heavy(random.nextLong(), weight));
    }
    return rows;
  }

  private static Bins deal(List<Heavy> rows, Target target) {
    double total = rows.stream().mapToDouble(Heavy::weight).sum();
    List<Bins.Magnitude> magnitudes =
        rows.stream()
            .map(row -> new Bins.Magnitude(Math.getExponent((double) row.weight()), row.weight()))
            .toList();
    long least = Bins.leastHeavy(magnitudes, target);
    return Bins.deal(total, rows.stream().filter(row -> row.weight() >= least).toList(), target);
  }

  @Property
  void of_anyIdentity_isABin(
      @ForAll @Size(max = 40) List<@LongRange(min = 0, max = 1_000_000) Long> weights,
      @ForAll long identity) {
    Bins bins =
        deal(rows(new Random(1), weights.stream().mapToLong(Long::longValue).toArray()), TARGET);

    for (long any : new long[] {identity, 0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(bins.of(any)).isBetween(0, bins.count() - 1);
    }
  }

  @Property
  void of_heaviestRows_areAloneAndFirstInTheOrderOfTheirWeights(
      @ForAll @Size(max = 30) List<@LongRange(min = 0, max = 100_000) Long> weights) {
    List<Heavy> rows = rows(new Random(2), weights.stream().mapToLong(Long::longValue).toArray());
    Bins bins = deal(rows, TARGET);
    rows.sort(Comparator.comparingLong(Heavy::weight).reversed());
    double rest = rows.stream().mapToDouble(Heavy::weight).sum();

    for (int i = 0; i < rows.size() && rows.get(i).weight() >= TARGET.share(rest); i++) {
      Heavy heavy = rows.get(i);
      assertThat(heavy(rows, bins, i)).containsOnly(heavy.weight());
      rest -= heavy.weight();
    }
  }

  /** The weights of a bin's rows. */
  private static List<Long> heavy(List<Heavy> rows, Bins bins, int bin) {
    return rows.stream().filter(row -> bins.of(row.identity()) == bin).map(Heavy::weight).toList();
  }

  @Property
  void deal_sameRowsInAnotherOrder_isTheSameAssignment(
      @ForAll @Size(max = 40) List<@LongRange(min = 0, max = 20_000) Long> weights,
      @ForAll long seed) {
    List<Heavy> rows = rows(new Random(3), weights.stream().mapToLong(Long::longValue).toArray());
    List<Heavy> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(seed));

    Bins one = deal(rows, TARGET);
    Bins other = deal(shuffled, TARGET);

    assertThat(other.count()).isEqualTo(one.count());
    Random random = new Random(seed);
    for (Heavy row : rows) {
      assertThat(other.of(row.identity())).isEqualTo(one.of(row.identity()));
      long light = random.nextLong();
      assertThat(other.of(light)).isEqualTo(one.of(light));
    }
  }

  @Property
  void isOneTask_whereItSaysSo_heavyRowsChangeNothing(
      @ForAll @Size(max = 12) List<@LongRange(min = 0, max = 60) Long> weights,
      @ForAll long identity) {
    List<Heavy> rows = rows(new Random(4), weights.stream().mapToLong(Long::longValue).toArray());
    double total = weights.stream().mapToLong(Long::longValue).sum();

    boolean one = TARGET.isOneTask(total);

    assertThat(one).isEqualTo(total < 100);
    if (one) {
      assertThat(Bins.deal(total, List.of(), TARGET).count()).isEqualTo(1);
      assertThat(Bins.deal(total, rows, TARGET).count()).isEqualTo(1);
      assertThat(Bins.deal(total, List.of(), TARGET).of(identity)).isZero();
    }
  }

  @Test
  void deal_nothing_isOneBin() {
    Bins bins = Bins.deal(0, List.of(), TARGET);

    assertThat(bins.count()).isEqualTo(1);
    assertThat(bins.of(-5)).isZero();
  }

  @Test
  void deal_oneGiant_hasItsBinToItself() {
    Random random = new Random(4);
    List<Heavy> rows = rows(random, 1L << 50, 1, 1, 1);
    Bins bins = deal(rows, TARGET);

    assertThat(bins.of(rows.get(0).identity())).isZero();
    assertThat(rows.subList(1, 4)).allMatch(row -> bins.of(row.identity()) > 0);
  }

  @Property(tries = 100)
  void share_anyWeight_isWithinItsLimits(
      @ForAll @LongRange(min = 0, max = 1L << 60) long weight,
      @ForAll @IntRange(min = 1) int tasks) {
    assertThat(new Target(64, 16_000, tasks).share((double) weight)).isBetween(64L, 16_000L);
  }

  @Test
  void deal_manyLightRows_fillsEveryBin() {
    Random random = new Random(5);
    long[] weights = new long[10_000];
    Arrays.fill(weights, 1);
    Bins bins = deal(rows(random, weights), TARGET);
    Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      used.add(bins.of(random.nextLong()));
    }

    assertThat(bins.count()).isEqualTo(8);
    assertThat(used).hasSize(8);
  }
}
