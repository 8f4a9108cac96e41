package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "1234, 1.2 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "1200000000, 1.2 GB",
    "10000000000000, 10.0 TB",
    "9223372036854775807, 9.2 EB"
  })
  void bytes_anySize_hasAtMostFourDigitsAndAUnit(long bytes, String expected) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "12.4, 12s",
    "59.6, 1m00s",
    "39, 39s",
    "160, 2m40s",
    "3599, 59m59s",
    "3600, 1h00m",
    "3720, 1h02m",
    "86399, 23h59m",
    "273906, 3d04h"
  })
  void time_anyLength_hasItsTwoLargestUnits(double seconds, String expected) {
    assertThat(Amounts.time(seconds)).isEqualTo(expected);
  }

  @Test
  void count_oneAndMany_agreesWithItsNoun() {
    assertThat(Amounts.count(1, "row")).isEqualTo("1 row");
    assertThat(Amounts.count(12_345, "row")).isEqualTo("12,345 rows");
    assertThat(Amounts.count(0, "row")).isEqualTo("0 rows");
  }

  @Test
  void rate_noTimePassed_isEmpty() {
    assertThat(Amounts.rate(1, 0)).isEmpty();
    assertThat(Amounts.rate(240_000_000, 2)).isEqualTo("120.0 MB/s");
  }
}
