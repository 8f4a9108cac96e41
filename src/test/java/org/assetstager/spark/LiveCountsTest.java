package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;

class LiveCountsTest {
  private final SparkContext context = TestSpark.session().sparkContext();
  private final TaskProgress progress = new TaskProgress(context, "live");

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void of_runningTask_tellsBeforeItEnds() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (LiveCounts live = new LiveCounts(context)) {
      CompletableFuture<Void> task =
          CompletableFuture.runAsync(
              () ->
                  InTask.run(
                      () -> {
                        progress
                            .counting(List.of(5L, 6L).iterator(), n -> n, n -> n)
                            .forEachRemaining(n -> {});
                        progress.countBytes(100);
                        release.await();
                        return null;
                      }));
      try {
        await(() -> progress.files(live) == 2 && progress.bytes(live) == 111);
        assertThat(progress.files()).isZero();
        assertThat(progress.bytes()).isZero();
      } finally {
        release.countDown();
      }
      task.join();
      await(() -> progress.files(live) == 2 && progress.bytes(live) == 111);
      assertThat(progress.files()).isEqualTo(2);
      assertThat(progress.bytes()).isEqualTo(111);
    }
  }
}
