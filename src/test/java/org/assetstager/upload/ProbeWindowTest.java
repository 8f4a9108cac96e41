package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.ProbeWindow.Work;
import org.junit.jupiter.api.Test;

class ProbeWindowTest {
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(5);

  private static Figure measure(int threads, long nanos, IntFunction<ProbeWindow.Work> start)
      throws IOException {
    return ProbeWindow.measure(threads, System.nanoTime() + nanos, () -> false, start);
  }

  /** What is left of some pieces, for all threads. */
  private static Work of(AtomicInteger left) {
    return () -> left.getAndDecrement() > 0 ? 10 : -1;
  }

  @Test
  void measure_workThatEnds_endsWithItAndLeavesOutTheFirstPieces() throws IOException {
    AtomicInteger left = new AtomicInteger(1_000);

    Figure figure = measure(1, LONG_NANOS, thread -> of(left));

    assertThat(figure.count()).isEqualTo(999);
    assertThat(figure.bytes()).isEqualTo(9_990);
    assertThat(figure.bytesPerSecond()).isCloseTo(10 * figure.perSecond(), withinPercentage(1e-9));
  }

  @Test
  void measure_onePiece_countsIt() throws IOException {
    assertThat(measure(1, LONG_NANOS, thread -> of(new AtomicInteger(1))).count()).isEqualTo(1);
  }

  @Test
  void measure_nothingToDo_isNothing() throws IOException {
    assertThat(measure(4, LONG_NANOS, thread -> of(new AtomicInteger()))).isEqualTo(Figure.NONE);
  }

  @Test
  void measure_piecesThatAreNotSettled_dontCount() throws IOException {
    AtomicInteger left = new AtomicInteger(10);
    Work growing =
        new Work() {
          @Override
          public long next() {
            return left.getAndDecrement() > 0 ? 10 : -1;
          }

          @Override
          public boolean settled() {
            return left.get() < 5;
          }
        };

    assertThat(measure(1, LONG_NANOS, thread -> growing).count()).isEqualTo(4);
  }

  @Test
  void measure_workThatNeverAnswers_isInterruptedAfterTheEnd() throws IOException {
    Figure figure =
        measure(
            2,
            0,
            thread ->
                () -> {
                  throw new AssertionError("Nothing begins after the end");
                });
    assertThat(figure).isEqualTo(Figure.NONE);

    assertThat(measure(1, TimeUnit.MILLISECONDS.toNanos(500), thread -> () -> sleepForever()))
        .isEqualTo(Figure.NONE);
  }

  private static long sleepForever() throws IOException {
    try {
      Thread.sleep(Long.MAX_VALUE);
      return 0;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void measure_workThatFails_fails() {
    assertThatThrownBy(
            () ->
                measure(
                    2,
                    LONG_NANOS,
                    thread ->
                        () -> {
                          throw new IOException("broken");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");
  }

  @Test
  void measure_killed_endsAtOnce() {
    assertThatThrownBy(
            () ->
                ProbeWindow.measure(
                    1, System.nanoTime() + LONG_NANOS, () -> true, thread -> () -> sleepForever()))
        .isInstanceOf(CancellationException.class);
  }

  /** Else the upload would be aborted while a part of it is under way. */
  @Test
  void measure_interruptedAgainAndAgain_waitsForWhatIsUnderWay() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    AtomicBoolean endedBefore = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Work slow =
        () -> {
          begun.countDown();
          Uninterruptibles.sleepUninterruptibly(Duration.ofSeconds(1));
          ended.set(true);
          return -1;
        };
    Thread task =
        new Thread(
            () -> {
              try {
                measure(1, LONG_NANOS, thread -> slow);
              } catch (CancellationException | IOException e) {
                endedBefore.set(ended.get());
              }
            });
    task.start();
    begun.await();
    while (task.isAlive()) {
      task.interrupt();
      task.join(50);
    }

    assertThat(endedBefore).isTrue();
  }
}
