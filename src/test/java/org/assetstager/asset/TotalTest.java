package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotalTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 2, 3",
    "9223372036854775807, 0, 9223372036854775807",
    "9223372036854775806, 1, 9223372036854775807",
    "9223372036854775807, 1, 9223372036854775807",
    "9223372036854775807, 9223372036854775807, 9223372036854775807"
  })
  void plus_bytes_neverRunOver(long one, long other, long expected) {
    Total sum = new Total(3, expected);
    assertThat(new Total(1, one).plus(new Total(2, other))).isEqualTo(sum);
    assertThat(new Total(2, other).plus(new Total(1, one))).isEqualTo(sum);
  }
}
