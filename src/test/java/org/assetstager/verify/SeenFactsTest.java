package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeenFactsTest {
  @ParameterizedTest(name = "modified at {0} ns, changed at {1} ns, read after {2} ms: {3}")
  @CsvSource({
    "7_999_999_999,          7_999_999_999,  10_000, true",
    "8_000_000_000,          7_999_999_999,  10_000, false",
    "7_999_999_999,          8_000_000_000,  10_000, false",
    "0,                      12_000_000_000, 10_000, false",
    "-1,                     -1,             2_000,  true",
    "-99999999999999999999,  0,              2_001,  true",
    "99999999999999999999,   0,              2_001,  false",
  })
  void showLaterWrites_times_haveToBeOlderThanTheReading(
      String modified, String changed, String readAfter, boolean expected) {
    assertThat(
            SeenFacts.showLaterWrites(
                nanos(modified), nanos(changed), nanos(readAfter).longValueExact()))
        .isEqualTo(expected);
  }

  private static BigInteger nanos(String text) {
    return new BigInteger(text.replace("_", ""));
  }
}
