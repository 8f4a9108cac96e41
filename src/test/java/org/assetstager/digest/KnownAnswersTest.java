package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KnownAnswersTest {
  private static final int LANES = 8;

  /** What a JIT or a processor might do wrong. */
  enum Fault {
    NOTHING_DONE,
    LAST_LANE_LEFT_OUT,
    LAST_BLOCK_LEFT_OUT,
    OFFSETS_ALIGNED,
    ONE_BIT_OF_ONE_LANE,
    ONE_BIT_AFTER_MANY_BLOCKS
  }

  /** Hashes one lane after the other, with a fault or without. */
  private static final class Lanes implements BlockHasher {
    private final Fault fault;

    Lanes(Fault fault) {
      this.fault = fault;
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public void hash(byte[][] bytes, int[] offsets, int blocks, int[] state) {
      int done = fault == Fault.LAST_BLOCK_LEFT_OUT ? blocks - 1 : blocks;
      for (int lane = 0; lane < LANES; lane++) {
        if (fault == Fault.NOTHING_DONE
            || (fault == Fault.LAST_LANE_LEFT_OUT && lane == LANES - 1)) {
          continue;
        }
        int[] own = new int[4];
        for (int i = 0; i < 4; i++) {
          own[i] = state[i * LANES + lane];
        }
        int offset = fault == Fault.OFFSETS_ALIGNED ? offsets[lane] & -4 : offsets[lane];
        Md5Steps.hash(bytes[lane], offset, done, own);
        if ((fault == Fault.ONE_BIT_OF_ONE_LANE && lane == 5)
            || (fault == Fault.ONE_BIT_AFTER_MANY_BLOCKS && blocks > 100)) {
          own[3] ^= 1;
        }
        for (int i = 0; i < 4; i++) {
          state[i * LANES + lane] = own[i];
        }
      }
    }
  }

  @Test
  void wrong_rightLanes_isNothing() {
    assertThat(KnownAnswers.wrong(new Lanes(null))).isNull();
    assertThat(KnownAnswers.wrong(new Md5Lanes())).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void wrong_faultyLanes_areFound(Fault fault) {
    assertThat(KnownAnswers.wrong(new Lanes(fault)))
        .matches("of [0-9]+ bytes it is [0-9a-f]{32} instead of [0-9a-f]{32}");
  }

  @Test
  void requireRightSteps_thisJvm_passes() {
    assertThatCode(KnownAnswers::requireRightSteps).doesNotThrowAnyException();
  }

  @Test
  void startTrial_fastLanesThatAreWrong_areNotUsed() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    LaneSupport support =
        new LaneSupport(
            () -> {
              made.incrementAndGet();
              return new Lanes(Fault.NOTHING_DONE);
            },
            true);

    support.startTrial().join();

    assertThat(made).hasPositiveValue();
    assertThat(support.newPool()).isNull();
  }
}
