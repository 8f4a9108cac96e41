package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  @Property
  void micros_ofABucket_isWithin13PercentOfWhatFellIntoIt(
      @ForAll @LongRange(min = 0, max = 1L << 36) long micros) {
    long middle = Latencies.micros(Latencies.bucket(micros));

    assertThat(Math.abs(middle - micros)).isLessThanOrEqualTo(micros * 13 / 100);
  }

  @Property
  void bucket_longer_isNoEarlierOne(
      @ForAll @LongRange(min = 0, max = 1L << 40) long micros,
      @ForAll @LongRange(min = 0, max = 1L << 40) long more) {
    assertThat(Latencies.bucket(micros + more)).isGreaterThanOrEqualTo(Latencies.bucket(micros));
  }

  @Test
  void bucket_endlessOrNegative_isInRange() {
    assertThat(Latencies.bucket(Long.MAX_VALUE)).isEqualTo(Latencies.BUCKETS - 1);
    Latencies latencies = new Latencies();
    latencies.record(-1);
    latencies.record(Long.MAX_VALUE);
    assertThat(latencies.counts()[0]).isEqualTo(1);
    assertThat(latencies.counts()[Latencies.BUCKETS - 1]).isEqualTo(1);
  }

  @Test
  void micros_eachBucket_fallsIntoIt() {
    for (int bucket = 0; bucket < Latencies.BUCKETS; bucket++) {
      assertThat(Latencies.bucket(Latencies.micros(bucket))).isEqualTo(bucket);
    }
  }
}
