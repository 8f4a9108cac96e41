package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @Property
  void size_written_readsAsTheSame(
      @ForAll @LongRange(min = 0) long number, @ForAll @IntRange(max = 62) int zeros) {
    long bytes = number >>> zeros << zeros;

    assertThat(Units.parseSize(Units.size(bytes))).isEqualTo(bytes);
  }

  @Property
  void duration_written_readsAsTheSame(@ForAll @LongRange(min = 1, max = 86_400_000) long millis) {
    Duration duration = Duration.ofMillis(millis);

    assertThat(Units.parseDuration(Units.duration(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "1, 1B", "1023, 1023B", "1536, 1536B", "2048, 2KiB", "5368709120, 5GiB"})
  void size_written_hasTheLargestExactUnit(long bytes, String text) {
    assertThat(Units.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1, 1ms", "1500, 1500ms", "2000, 2s", "90000, 90s", "120000, 2m", "7200000, 120m"})
  void duration_written_hasTheLargestExactUnit(long millis, String text) {
    assertThat(Units.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }
}
