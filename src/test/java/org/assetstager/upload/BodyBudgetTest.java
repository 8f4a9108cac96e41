package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.settings.UploadSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class BodyBudgetTest {
  private static final long MIB = 1 << 20;
  private static final int THREADS = 16;

  private final BodyBudget budget =
      new BodyBudget(new UploadSettings(16 * MIB, 32 * MIB, 64 * MIB, false, null, null), 8);
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static Integer meet(CyclicBarrier barrier) {
    try {
      return barrier.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("Not all were under way at a time", e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 16",
    "16384, 16",
    "1048575, 16",
    "1048576, 8",
    "16777216, 8",
    "33554432, 4",
    "33554433, 4",
    "67108864, 4",
    "67108865, 1"
  })
  void contentsOfASize_areUnderWayTogether(long size, int together) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(together);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<Integer>> results = new ArrayList<>();

    for (int i = 0; i < THREADS; i++) {
      results.add(
          threads.submit(
              () ->
                  budget.within(
                      size,
                      () -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        int arrived = meet(barrier);
                        running.decrementAndGet();
                        return arrived;
                      })));
    }

    for (Future<Integer> result : results) {
      assertThat(result.get()).isBetween(0, together - 1);
    }
    assertThat(most).hasValue(together);
  }

  @Test
  void failedWork_givesItsMemoryBack() {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(
              () ->
                  budget.within(
                      MIB,
                      () -> {
                        throw new IllegalStateException("failed");
                      }))
          .hasMessage("failed");
    }
  }

  @Test
  void interruptedWait_isCancelledAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> budget.within(MIB, () -> 1))
        .isInstanceOf(CancellationException.class)
        .hasMessage("Waiting for memory to upload was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
