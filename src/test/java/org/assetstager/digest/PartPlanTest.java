package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartPlanTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    // size, configured, part size, count
    "0, 16777216, 16777216, 1",
    "1, 16777216, 16777216, 1",
    "16777216, 16777216, 16777216, 1",
    "16777217, 16777216, 16777216, 2",
    "33554432, 16777216, 16777216, 2",
    "10485760, 1, 5242880, 2",
    // 10,000 parts of 16 MiB, and one byte more than they hold
    "167772160000, 16777216, 16777216, 10000",
    "167772160001, 16777216, 16777217, 10000",
    "10000000000000, 16777216, 1000000000, 10000",
    "1, 9999999999999, 5368709120, 1",
    // 48.8 TiB, "Maximum object size" of the S3 User Guide
    "53687091200000, 16777216, 5368709120, 10000"
  })
  void of_sizes_keepToTheLimits(long size, long configured, long partSize, int count) {
    PartPlan plan = PartPlan.of(size, configured);

    assertThat(plan).isEqualTo(new PartPlan(size, partSize));
    assertThat(plan.count()).isEqualTo(count);
  }

  @Property
  void of_anySize_coversItExactlyInEqualParts(
      @ForAll @LongRange(min = 0, max = PartPlan.MOST_OBJECT_BYTES) long size,
      @ForAll @LongRange(min = 0, max = 2 * PartPlan.MOST_PART_BYTES) long configured) {
    PartPlan plan = PartPlan.of(size, configured);

    assertThat(plan.count()).isBetween(1, 10_000);
    assertThat(plan.partSize()).isBetween(5 * MIB, 5120 * MIB);
    long covered = 0;
    for (int i = 0; i < plan.count(); i++) {
      assertThat(plan.offset(i)).isEqualTo(covered);
      if (i < plan.count() - 1) {
        assertThat(plan.length(i)).isEqualTo(plan.partSize());
      } else {
        assertThat(plan.length(i)).isBetween(size == 0 ? 0L : 1L, plan.partSize());
      }
      covered += plan.length(i);
    }
    assertThat(covered).isEqualTo(size);
  }

  @Property
  void of_anySize_isNoLargerThanNeeded(
      @ForAll @LongRange(min = 0, max = PartPlan.MOST_OBJECT_BYTES) long size,
      @ForAll @LongRange(min = 5 << 20, max = PartPlan.MOST_PART_BYTES) long configured) {
    long partSize = PartPlan.of(size, configured).partSize();

    assertThat(partSize == configured || (partSize - 1) * 10_000 < size).isTrue();
  }

  @Test
  void of_moreThanAnObjectHolds_isRefused() {
    assertThatThrownBy(() -> PartPlan.of(53_687_091_200_001L, 16 * MIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An object has 0 to 53687091200000 bytes, not 53687091200001");
    assertThatThrownBy(() -> PartPlan.of(-1, 16 * MIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not -1");
  }

  @Test
  void plan_offTheLimits_isRefused() {
    assertThatThrownBy(() -> new PartPlan(1, 5 * MIB - 1))
        .hasMessage("A part has 5242880 to 5368709120 bytes, not 5242879");
    assertThatThrownBy(() -> new PartPlan(10_000 * 5 * MIB + 1, 5 * MIB))
        .hasMessageEndingWith("are more than 10000 parts");
  }

  @Test
  void part_thatIsNone_isRefused() {
    PartPlan plan = PartPlan.of(6 * MIB, 5 * MIB);

    assertThat(plan.length(1)).isEqualTo(MIB);
    assertThatThrownBy(() -> plan.offset(2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("Part 2 of 2");
    assertThatThrownBy(() -> plan.length(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
