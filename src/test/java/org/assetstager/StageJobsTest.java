package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.CONFLICT;
import static org.assetstager.asset.Outcome.DELETED;
import static org.assetstager.asset.Outcome.DUPLICATE;
import static org.assetstager.asset.Outcome.INVALID;
import static org.assetstager.asset.Outcome.KNOWN_REMOTE;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.MODIFIED;
import static org.assetstager.asset.Outcome.NOT_ADDED;
import static org.assetstager.asset.Outcome.RENAMED;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many Spark jobs a run takes: each costs time, however little there is to do. */
@Tag("server")
@Tag("spark")
class StageJobsTest {
  @TempDir Path folder;

  /** The descriptions of the jobs that were started. */
  private static final class Jobs extends SparkListener implements AutoCloseable {
    private final SparkContext context = TestSpark.session().sparkContext();
    private final Queue<String> descriptions = new ConcurrentLinkedQueue<>();
    private volatile boolean session;

    Jobs() {
      context.addSparkListener(this);
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      session |= SparkSession.getDefaultSession().isDefined();
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

  private static Path tenFiles(StageFixture fixture) {
    return fixture.manifest(
        IntStream.range(0, 10)
            .mapToObj(i -> fixture.add("file " + i, "content " + i))
            .toArray(ObjectNode[]::new));
  }

  /** Runs {@code stage}, which has to come to its end; returns its jobs. */
  private static List<String> stage(
      StageFixture fixture, Path manifest, String runId, Map<Outcome, Long> outcomes)
      throws Exception {
    try (Jobs jobs = new Jobs()) {
      fixture.command(List.of("--manifest", manifest.toString(), "--run-id", runId));
      List<String> all = jobs.soFar();
      assertThat(
              StageFixture.readLedger(fixture.ledgers.resolve("run_id=" + runId)).stream()
                  .collect(Collectors.groupingBy(LedgerRow::outcome, Collectors.counting())))
          .isEqualTo(outcomes);
      return all;
    }
  }

  @Test
  void stage_tenFiles_takesFewJobs() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = tenFiles(fixture);

    assertThat(stage(fixture, manifest, "new", Map.of(STAGED, 10L))).hasSizeLessThanOrEqualTo(6);
    assertThat(stage(fixture, manifest, "known", Map.of(KNOWN_STAGING, 10L)))
        .hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void stage_fewRowsThatNeedAPerson_takeNoJobForTheReport() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = tenFiles(fixture);
    Files.delete(fixture.path("file 3"));
    fixture.file("file 4", "another content");

    assertThat(stage(fixture, manifest, "r", Map.of(STAGED, 8L, DELETED, 1L, MODIFIED, 1L)))
        .doesNotContain("make the report");
  }

  /** Rows of every kind, one without an MD5, and a file that two tasks send while one reads it. */
  @Test
  void stage_everyKindOfRowAndASplitFile_takesAtMostTwelve() throws Exception {
    StageFixture fixture =
        new StageFixture(folder)
            .settings(
                "upload.part-size = 5MiB",
                "upload.multipart-threshold = 8MiB",
                "upload.split-threshold = 8MiB",
                "upload.split = on");
    Path manifest =
        fixture.manifest(
            fixture.add("giant", StageFixture.randomBytes(24 * StageFixture.MIB, 1)),
            fixture.add("new", "new"),
            fixture.add("copy", "new"),
            without("md5", fixture.add("no md5", "no md5")),
            fixture.add("known", "known"),
            fixture.add("conflict", "conflict"),
            fixture.add("gone", "gone"),
            fixture.add("renamed", "renamed"),
            fixture.add("modified", "modified"),
            fixture.add("proxy", "proxy").put("proxy", true),
            without("path", fixture.add("bad", "bad")));
    fixture.server.put(
        EmbeddedS3.REMOTE, fixture.remoteKey("known"), "known".getBytes(StandardCharsets.UTF_8));
    fixture.server.put(EmbeddedS3.REMOTE, fixture.remoteKey("conflict"), new byte[1]);
    Files.delete(fixture.path("gone"));
    Files.move(fixture.path("renamed"), fixture.path("under another name"));
    fixture.file("modified", "another content");

    List<String> jobs =
        stage(
            fixture,
            manifest,
            "r",
            Map.of(
                STAGED, 3L,
                DUPLICATE, 1L,
                KNOWN_REMOTE, 1L,
                CONFLICT, 1L,
                DELETED, 1L,
                RENAMED, 1L,
                MODIFIED, 1L,
                NOT_ADDED, 1L,
                INVALID, 1L));

    assertThat(jobs).hasSizeLessThanOrEqualTo(12);
    assertThat(jobs)
        .as("opened, sent and ended")
        .filteredOn(job -> job.startsWith("transfer"))
        .hasSize(3);
  }

  private static ObjectNode without(String field, ObjectNode row) {
    row.remove(field);
    return row;
  }

  /** It takes seconds to make one. */
  @Test
  void stage_linesAsManifest_makesNoSession() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = tenFiles(fixture);
    SparkSession before = TestSpark.session();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try (Jobs jobs = new Jobs()) {
      fixture.command(List.of("--manifest", manifest.toString(), "--run-id", "r"));
      assertThat(jobs.soFar()).isNotEmpty();
      assertThat(jobs.session).isFalse();
    } finally {
      SparkSession.setDefaultSession(before);
      SparkSession.setActiveSession(before);
    }
  }
}
