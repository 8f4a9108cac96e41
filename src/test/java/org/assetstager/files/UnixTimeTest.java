package org.assetstager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnixTimeTest {
  // What CPython 3.11 on Linux gave as os.stat(f).st_mtime after os.utime(f, ns=(ns, ns)), as
  // float.hex() prints it. At -1, 999999999 it is not the double nearest to the exact time.
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0x0.0p+0",
    "1, 1, 0x1.000000044b830p+0",
    "1700000000, 123456789, 0x1.954fc4007e6b7p+30",
    "1700000000, 999999999, 0x1.954fc40400000p+30",
    "1600000000, 7, 0x1.7d78400000000p+30",
    "1709294533, 100000000, 0x1.97870f1466666p+30",
    "4102444800, 987654321, 0x1.e90cae01f9addp+31",
    "-1, 999999999, -0x1.12e0be0000000p-30",
    "-1, 1, -0x1.fffffff768fa1p-1",
    "-2, 500000000, -0x1.8000000000000p+0",
    "-1000000000, 123456789, -0x1.dcd64fff03291p+29"
  })
  void toPythonSeconds_knownTimes_areWhatPythonGives(long seconds, int nanos, String hex) {
    assertThat(new UnixTime(seconds, nanos).toPythonSeconds()).isEqualTo(Double.parseDouble(hex));
  }

  @Property
  void toPythonSeconds_anyTime_isWithinOneRoundingOfTheExactTime(
      @ForAll @LongRange(min = -1L << 40, max = 1L << 40) long seconds,
      @ForAll @IntRange(min = 0, max = 999_999_999) int nanos) {
    double python = new UnixTime(seconds, nanos).toPythonSeconds();

    BigDecimal exact = BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9));
    // Half a unit for the sum; the product's own rounding, and that of 1e-9, stay below 1e-15.
    BigDecimal tolerance = BigDecimal.valueOf(Math.ulp(python) / 2 + 1e-15);
    assertThat(new BigDecimal(python).subtract(exact).abs()).isLessThanOrEqualTo(tolerance);
  }

  @Property
  void toNanos_anyTime_isExact(
      @ForAll long seconds, @ForAll @IntRange(min = 0, max = 999_999_999) int nanos) {
    UnixTime time = new UnixTime(seconds, nanos);

    assertThat(new BigDecimal(time.toNanos(), 9))
        .isEqualByComparingTo(BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9)));
    assertThat(UnixTime.nanosToString(time.toNanos())).isEqualTo(time.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036, 854775807, 9223372036854775807",
    "9223372036, 854775808, 9223372036854775808",
    "-9223372037, 145224192, -9223372036854775808",
    "-9223372037, 145224191, -9223372036854775809",
    "10413792000, 123456789, 10413792000123456789"
  })
  void toNanos_aroundTheYears1677And2262_isExact(long seconds, int nanos, BigInteger expected) {
    assertThat(new UnixTime(seconds, nanos).toNanos()).isEqualTo(expected);
  }

  @Test
  void nanosToString_timeThatNoFileCanHave_isTheNumber() {
    assertThat(UnixTime.nanosToString(BigInteger.TEN.pow(30)))
        .isEqualTo("1000000000000000000000000000000 ns");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_000_000})
  void nanos_moreThanASecond_areRefused(int nanos) {
    assertThatThrownBy(() -> new UnixTime(0, nanos))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("not " + nanos);
  }

  @Test
  void toString_times_areReadable() {
    assertThat(new UnixTime(1_700_000_000, 123_456_789))
        .hasToString("2023-11-14T22:13:20.123456789Z");
    assertThat(new UnixTime(-1, 500_000_000)).hasToString("1969-12-31T23:59:59.500Z");
    assertThat(new UnixTime(Long.MAX_VALUE, 0)).hasToString("9223372036854775807 s");
  }

  @Test
  void pythonSecondsToString_times_haveTheirDecimalDigits() {
    assertThat(UnixTime.pythonSecondsToString(1700000000.1234567))
        .isEqualTo("2023-11-14T22:13:20.123456700Z");
    assertThat(UnixTime.pythonSecondsToString(-0.5)).isEqualTo("1969-12-31T23:59:59.500Z");
    assertThat(UnixTime.pythonSecondsToString(Double.NaN)).isEqualTo("NaN s");
    assertThat(UnixTime.pythonSecondsToString(1e300)).isEqualTo("1.0E300 s");
  }
}
