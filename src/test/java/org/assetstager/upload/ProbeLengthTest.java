package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeLengthTest {
  private static final int PART = 16 << 20;
  private static final long WINDOW_NANOS = 4_000_000_000L;

  /** Sends until the length settles. */
  private static int settled(int most, double latencySeconds, double bytesPerSecond) {
    ProbeLength length = new ProbeLength(most, WINDOW_NANOS);
    for (int i = 0; i < 100 && !length.settled(); i++) {
      length.took((long) (1e9 * (latencySeconds + length.bytes() / bytesPerSecond)));
    }
    assertThat(length.settled()).isTrue();
    return length.bytes();
  }

  @ParameterizedTest
  @CsvSource({
    // latency, bytes a second, least and most bytes
    "0,    100e6, 16777216, 16777216", // a part takes 0.2 s
    "0.5,  100e6, 16777216, 16777216", // slow to answer, not to send
    "0,    2e6,    1048576,  1048576", // a part would take 8 s
    "0,    10e3,     65536,    65536" // so would the first
  })
  void length_anyStore_letsAThreadSendSome(
      double latency, double bytesPerSecond, int least, int most) {
    assertThat(settled(PART, latency, bytesPerSecond)).isBetween(least, most);
  }

  @Test
  void length_partsThatAreShort_areNeverExceeded() {
    assertThat(settled(100_000, 0, 100e6)).isEqualTo(100_000);
    assertThat(settled(10, 0, 100e6)).isEqualTo(10);
  }

  @Test
  void took_firstBody_doesNotCount() {
    ProbeLength length = new ProbeLength(PART, WINDOW_NANOS);

    length.took(WINDOW_NANOS);

    assertThat(length.settled()).isFalse();
  }
}
