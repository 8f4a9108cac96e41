package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 2, 3",
    "9223372036854775807, 0, 9223372036854775807",
    "9223372036854775806, 1, 9223372036854775807",
    "9223372036854775807, 1, 9223372036854775807",
    "9223372036854775807, 9223372036854775807, 9223372036854775807"
  })
  void sum_sizes_neverRunsOver(long one, long other, long expected) {
    assertThat(Sizes.sum(one, other)).isEqualTo(expected);
    assertThat(Sizes.sum(other, one)).isEqualTo(expected);
  }
}
