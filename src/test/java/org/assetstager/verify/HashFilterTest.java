package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HashFilterTest {
  private static long hash(int number) {
    return TextHash.of("number", Integer.toString(number));
  }

  private static HashFilter of(int from, int to) {
    HashFilter filter = new HashFilter();
    for (int i = from; i < to; i++) {
      filter.add(hash(i));
    }
    return filter;
  }

  private static long members(HashFilter filter, int from, int to) {
    long members = 0;
    for (int i = from; i < to; i++) {
      members += filter.mayContain(hash(i)) ? 1 : 0;
    }
    return members;
  }

  @Test
  void mayContain_few_isExact() {
    HashFilter filter = of(0, HashFilter.MOST_EXACT);

    assertThat(members(filter, 0, HashFilter.MOST_EXACT)).isEqualTo(HashFilter.MOST_EXACT);
    assertThat(members(filter, 1_000_000, 2_000_000)).isZero();
  }

  @Test
  void mayContain_many_hasAllAndFewOthers() {
    HashFilter filter = of(0, 200_000);

    assertThat(members(filter, 0, 200_000)).isEqualTo(200_000);
    // 200,000 of 16 million bits are set.
    assertThat(members(filter, 1_000_000, 1_100_000)).isLessThan(1_500);
  }

  @Test
  void addAll_fewAndMany_hasTheMembersOfBoth() {
    HashFilter filter = of(0, 30_000);
    filter.addAll(of(30_000, 50_000));
    filter.addAll(of(50_000, 100_000));
    HashFilter other = of(100_000, 100_010);
    filter.addAll(other);

    assertThat(members(filter, 0, 100_010)).isEqualTo(100_010);
    assertThat(members(other, 0, 100_010)).isEqualTo(10);
  }

  @Test
  void hash_ofTexts_dependsOnWhereOneEnds() {
    assertThat(TextHash.of("ab", "c")).isNotEqualTo(TextHash.of("a", "bc"));
    assertThat(TextHash.of("a")).isNotEqualTo(TextHash.of("a", ""));
  }
}
