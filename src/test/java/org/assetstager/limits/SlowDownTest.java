package org.assetstager.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlowDownTest {
  private static final long SECOND = 1_000_000_000;

  private final SlowDown slowDown = new SlowDown(0);
  private long now;

  private boolean second(long sent, long refused) {
    now += SECOND;
    return slowDown.report(now, sent, refused);
  }

  @Test
  void report_nothingRefused_isNoLimit() {
    assertThat(second(5000, 0)).isFalse();
    assertThat(slowDown.perSecond()).isEqualTo(SlowDown.NONE);
  }

  @Test
  void report_fewRefused_areLeftToRetries() {
    assertThat(second(5000, 250)).isFalse();
    assertThat(slowDown.perSecond()).isEqualTo(SlowDown.NONE);
  }

  @Test
  void report_fifthRefused_isFifthLessThanWasSent() {
    assertThat(second(5000, 1000)).isTrue();
    assertThat(slowDown.perSecond()).isEqualTo(4000);
  }

  @Test
  void report_allRefused_isHalf() {
    second(5000, 5000);
    assertThat(slowDown.perSecond()).isEqualTo(2500);
    second(2500, 2500);
    assertThat(slowDown.perSecond()).isEqualTo(1250);
  }

  @Test
  void report_fifthRefusedAgain_isCutByFifthAndRecovers() {
    second(3000, 1500);
    second(1500, 300);
    assertThat(slowDown.perSecond()).isEqualTo(1500 * 0.8 + 50);
  }

  @Test
  void report_manyInOneSecond_cutOnce() {
    second(5000, 5000);
    for (int i = 0; i < 9; i++) {
      now += SECOND / 10;
      assertThat(slowDown.report(now, 250, 250)).isFalse();
    }
    assertThat(slowDown.perSecond()).isEqualTo(2500);
    now += SECOND / 10;
    assertThat(slowDown.report(now, 250, 250)).isTrue();
    assertThat(slowDown.perSecond()).isEqualTo(1250);
  }

  @Test
  void report_refusedForEver_goesOnAtTheLeastRate() {
    for (int i = 0; i < 100; i++) {
      second(5000, 5000);
    }
    assertThat(slowDown.perSecond()).isEqualTo(SlowDown.LEAST_PER_SECOND);
  }

  @Test
  void report_noMoreRefused_recoversGraduallyThenHasNoLimit() {
    second(3000, 3000);
    second(1500, 0);
    assertThat(slowDown.perSecond()).isEqualTo(1550);
    for (int i = 0; i < 29; i++) {
      second(1500, 0);
    }
    assertThat(slowDown.perSecond()).isEqualTo(3000);
    second(3000, 0);
    assertThat(slowDown.perSecond()).isBetween(3299.0, 3301.0);
    second(1000, 0);
    assertThat(slowDown.perSecond()).isEqualTo(SlowDown.NONE);
  }

  @Test
  void report_unusedRateBelowTheFirst_staysLimited() {
    second(3000, 3000);
    second(3, 0);
    assertThat(slowDown.perSecond()).isEqualTo(1550);
  }

  @Test
  void report_quarterAlwaysRefused_settlesFarAboveTheLeast() {
    second(600, 150);
    for (int i = 0; i < 300; i++) {
      long sent = Math.round(slowDown.perSecond());
      second(sent, sent / 4);
    }
    assertThat(slowDown.perSecond()).isBetween(30.0, 60.0);
  }
}
