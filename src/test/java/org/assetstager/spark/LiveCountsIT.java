package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * In a JVM in which no other test has run Spark: an executor's heartbeats end for good where one of
 * them can't be made.
 */
@Tag("alone")
class LiveCountsIT {
  private static final CountDownLatch COUNTED = new CountDownLatch(1);
  private static final CountDownLatch RELEASE = new CountDownLatch(1);

  /** Until then no listener is told of a task's end. */
  private final CountDownLatch told = new CountDownLatch(1);

  private SparkContext context;
  private TaskProgress progress;

  @BeforeEach
  void startSpark() {
    context =
        new SparkContext(
            new SparkConf()
                .setMaster("local[1]")
                .setAppName("live")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.heartbeatInterval", "2s"));
    context.addSparkListener(
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            try {
              told.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
    progress = new TaskProgress(context, "live");
  }

  @AfterEach
  void stopSpark() {
    told.countDown();
    context.stop();
  }

  /** Sent to the task, as the job's functions are, so that it counts for itself. */
  private record CountAndWait(TaskProgress progress) implements VoidFunction<Long> {
    @Override
    public void call(Long bytes) throws InterruptedException {
      progress.count(2);
      progress.countBytes(bytes + (bytes + 1) + 100);
      COUNTED.countDown();
      RELEASE.await();
    }
  }

  private void assertLive(LiveCounts live) throws InterruptedException {
    List<Long> counted = List.of(2L, 111L);
    List<Long> seen = List.of();
    for (int i = 0; i < 600 && !seen.equals(counted); i++) {
      seen = List.of(progress.done(live), progress.bytes(live));
      Thread.sleep(50);
    }
    assertThat(seen).isEqualTo(counted);
  }

  @Test
  void of_runningTask_tellsBeforeItEndsAndCountsItOnce() throws Exception {
    try (LiveCounts live = new LiveCounts(context);
        LiveCounts settled = new LiveCounts(context)) {
      CompletableFuture<Void> job =
          CompletableFuture.runAsync(
              () ->
                  JavaSparkContext.fromSparkContext(context)
                      .parallelize(List.of(5L), 1)
                      .foreach(new CountAndWait(progress)));
      try {
        assertThat(COUNTED.await(30, TimeUnit.SECONDS)).as("the task began: %s", job).isTrue();
        assertLive(live);
        assertThat(progress.done()).isZero();
        assertThat(progress.bytes()).isZero();
      } finally {
        RELEASE.countDown();
      }
      job.join();
      settled.settle();
      assertThat(progress.done(settled)).isEqualTo(2);
      assertThat(progress.bytes(settled)).isEqualTo(111);
      told.countDown();
      assertLive(live);
      assertThat(progress.done()).isEqualTo(2);
      assertThat(progress.bytes()).isEqualTo(111);
    }
  }
}
