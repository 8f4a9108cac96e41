package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many Spark jobs a run takes: each costs time, however little there is to do. */
class StageJobsTest {
  @TempDir Path folder;

  /** The descriptions of the jobs that were started. */
  private static final class Jobs extends SparkListener implements AutoCloseable {
    private final SparkContext context = TestSpark.session().sparkContext();
    private final Queue<String> descriptions = new ConcurrentLinkedQueue<>();

    Jobs() {
      context.addSparkListener(this);
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      descriptions.add(
          Objects.requireNonNullElse(job.properties().getProperty("spark.job.description"), ""));
    }

    List<String> soFar() throws Exception {
      context.listenerBus().waitUntilEmpty();
      return List.copyOf(descriptions);
    }

    @Override
    public void close() {
      context.removeSparkListener(this);
    }
  }

  @Test
  void stage_tenFiles_takesFewJobs() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    ObjectNode[] rows =
        IntStream.range(0, 10)
            .mapToObj(i -> fixture.add("file " + i, "content " + i))
            .toArray(ObjectNode[]::new);
    Path manifest = fixture.manifest(rows);
    try (Jobs jobs = new Jobs()) {
      assertThat(fixture.stage(manifest).counts()).isEqualTo(Map.of(STAGED, 10L));
      assertThat(jobs.soFar()).hasSizeLessThanOrEqualTo(6);
    }
    try (Jobs jobs = new Jobs()) {
      assertThat(fixture.stage(manifest).counts()).isEqualTo(Map.of(KNOWN_STAGING, 10L));
      assertThat(jobs.soFar()).hasSizeLessThanOrEqualTo(4);
    }
  }
}
