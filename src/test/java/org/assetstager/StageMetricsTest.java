package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.randomBytes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assetstager.StageFixture.Finished;
import org.assetstager.asset.Outcome;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.SparkPages;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's UI and its metrics show of a run: read as a browser and as Prometheus do. */
@Tag("server")
@Tag("spark")
class StageMetricsTest {
  private static final Path DASHBOARD = Path.of("conf/grafana-dashboard.json");

  private final SparkPages pages =
      new SparkPages(TestSpark.session().sparkContext().uiWebUrl().get());

  @TempDir private Path folder;

  private List<ObjectNode> rows(StageFixture fixture) throws Exception {
    List<ObjectNode> rows = new ArrayList<>();
    rows.add(fixture.add("a", "one"));
    rows.add(fixture.add("copy of a", "one"));
    rows.add(fixture.add("b", "two"));
    rows.add(fixture.add("large", randomBytes(7 * MIB, 1)));
    rows.add(fixture.add("known", "known"));
    fixture.server.put(EmbeddedS3.REMOTE, fixture.remoteKey("known"), "known".getBytes(UTF_8));
    rows.add(fixture.add("gone", "gone"));
    Files.delete(fixture.path("gone"));
    rows.add(fixture.add("modified", "before"));
    fixture.file("modified", "after it");
    return rows;
  }

  private long metric(String name) throws Exception {
    return pages.metric(name);
  }

  @Test
  void stage_anyRun_showsItsLedgersOutcomesAndItsRequests() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    List<ObjectNode> rows = rows(fixture);
    List<String> names =
        List.of(
            "requests_PUT_Value",
            "requests_PART_Value",
            "requests_LIST_Value",
            "micros_PUT_Count",
            "sent_bytes_Value");
    Map<String, Long> before = new HashMap<>();
    for (String name : names) {
      before.put(name, metric(name));
    }
    long lists = metric("micros_LIST_Count");

    long began = System.currentTimeMillis() / 1000;
    Finished run = fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)));

    assertThat(runs()).isEqualTo(Set.of(run.runId().replaceAll("[^A-Za-z0-9]", "_")));
    assertThat(metric("run_" + runs().iterator().next() + "_Value"))
        .isBetween(began, System.currentTimeMillis() / 1000);
    assertThat(metric("manifest_rows_Value")).isEqualTo(7);
    // All but what is gone and the file whose size is another.
    assertThat(metric("planned_files_Value")).isEqualTo(5);
    assertThat(metric("planned_bytes_Value")).isBetween(7 * MIB + 14L, 7 * MIB + 20L);
    for (Outcome outcome : Outcome.values()) {
      JsonNode total = run.report().get("outcomes").get(outcome.name());
      assertThat(metric("files_" + outcome + "_Value"))
          .as("files of " + outcome)
          .isEqualTo(total.get("rows").asLong());
      assertThat(metric("bytes_" + outcome + "_Value"))
          .as("bytes of " + outcome)
          .isEqualTo(total.get("bytes").asLong());
    }
    assertThat(metric("files_STAGED_Value")).isEqualTo(3);
    assertThat(metric("files_KNOWN_REMOTE_Value")).isEqualTo(1);
    assertThat(metric("requests_PUT_Value") - before.get("requests_PUT_Value"))
        .isEqualTo(run.requests("PUT"))
        .isEqualTo(2);
    // The preflight sends a part as well.
    assertThat(metric("requests_PART_Value") - before.get("requests_PART_Value"))
        .isEqualTo(run.requests("PART") + 1)
        .isEqualTo(3);
    // The preflight's part, which is far smaller.
    assertThat(metric("sent_bytes_Value") - before.get("sent_bytes_Value"))
        .isBetween(
            run.report().get("bytes_uploaded").asLong(),
            run.report().get("bytes_uploaded").asLong() + MIB);
    assertThat(metric("micros_PUT_Count") - before.get("micros_PUT_Count")).isEqualTo(2);
    // The preflight lists as well.
    assertThat(metric("micros_LIST_Count") - lists)
        .isEqualTo(metric("requests_LIST_Value") - before.get("requests_LIST_Value"))
        .isGreaterThanOrEqualTo(run.requests("LIST"));
    assertThat(metric("micros_PUT_Max")).isPositive();
    assertThat(metric("micros_LIST_50thPercentile")).isPositive();
    assertThat(metric("uploads_open_Value")).isZero();
  }

  @Test
  void stage_storeInTrouble_countsErrorsThrottlesAndRetries() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    AtomicInteger puts = new AtomicInteger();
    FaultyS3.Fault busy =
        request ->
            // The preflight sends a part, with PUT as well.
            request.line().startsWith("PUT")
                    && !request.line().contains("partNumber")
                    && puts.getAndIncrement() == 0
                ? FaultyS3.Answer.error(503, "SlowDown")
                : request.forward();
    long errors = metric("errors_PUT_Value");
    long heads = metric("errors_HEAD_Value");
    long throttles = metric("throttles_Value");
    long retries = metric("retries_Value");
    try (FaultyS3 store = new FaultyS3(fixture.server, busy)) {
      fixture.endpoint(store.endpoint());
      fixture.stage(fixture.manifest(fixture.add("a", "one")));
    }

    assertThat(metric("errors_PUT_Value") - errors).isEqualTo(1);
    assertThat(metric("throttles_Value") - throttles).isEqualTo(1);
    assertThat(metric("retries_Value") - retries).isEqualTo(1);
    assertThat(metric("errors_HEAD_Value") - heads).isZero();
  }

  @Test
  void stage_multipartUnderWay_isOpenUntilItsEnd() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Queue<Long> openAtParts = new ConcurrentLinkedQueue<>();
    FaultyS3.Fault look =
        request -> {
          if (request.line().contains("partNumber=2&")) {
            openAtParts.add(openUploads());
          }
          return request.forward();
        };
    try (FaultyS3 store = new FaultyS3(fixture.server, look)) {
      fixture.endpoint(store.endpoint());
      fixture.stage(fixture.manifest(fixture.add("large", randomBytes(7 * MIB, 2))));
    }

    // The preflight sends no second part.
    assertThat(openAtParts).containsExactly(1L);
    assertThat(openUploads()).isZero();
  }

  @Test
  void stage_multipartOfAnEarlierAttempt_isOpenUntilItsEnd() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Queue<Long> openAtParts = new ConcurrentLinkedQueue<>();
    AtomicBoolean refuse = new AtomicBoolean(true);
    FaultyS3.Fault look =
        request -> {
          if (request.line().contains("partNumber=2&")) {
            openAtParts.add(openUploads());
            return refuse.get() ? FaultyS3.Answer.error(403, "AccessDenied") : request.forward();
          }
          boolean abort =
              request.line().startsWith("DELETE ") && !request.line().contains(".preflight");
          return abort ? FaultyS3.Answer.error(403, "AccessDenied") : request.forward();
        };
    try (FaultyS3 store = new FaultyS3(fixture.server, look)) {
      fixture.endpoint(store.endpoint());
      Path manifest = fixture.manifest(fixture.add("large", randomBytes(7 * MIB, 2)));
      assertThat(
              fixture
                  .command(List.of("--manifest", manifest.toString(), "--run-id", "m"))
                  .exitCode())
          .isEqualTo(1);
      assertThat(openUploads()).isEqualTo(1);
      refuse.set(false);
      fixture.stage(null, "--resume", "m");
    }

    assertThat(openAtParts).isNotEmpty().containsOnly(1L);
    assertThat(openUploads()).isZero();
  }

  /** Returns the runs that the metrics name. */
  private Set<String> runs() throws Exception {
    String prefix = SparkPages.OURS + "run_";
    return pages.metrics().keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.endsWith("_Value"))
        .map(name -> name.substring(prefix.length(), name.length() - "_Value".length()))
        .collect(Collectors.toSet());
  }

  private long openUploads() {
    try {
      return metric("uploads_open_Value");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void dashboard_everyMetric_isExposed() throws Exception {
    Matcher used = Pattern.compile("metrics_\\w+").matcher(Files.readString(DASHBOARD));
    Set<String> names = new TreeSet<>();
    while (used.find()) {
      names.add(used.group());
    }

    assertThat(names).hasSizeGreaterThan(50).allMatch(name -> name.startsWith(SparkPages.OURS));
    assertThat(pages.metrics().keySet()).containsAll(names);
  }

  @Test
  void dashboard_panels_areCompleteAndDoNotOverlap() throws Exception {
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    Set<String> taken = new TreeSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(panel.get("targets")).as(panel.get("title").asText()).isNotEmpty();
      JsonNode place = panel.get("gridPos");
      assertThat(taken.add(place.get("x") + " " + place.get("y"))).isTrue();
      assertThat(place.get("x").asInt() + place.get("w").asInt()).isLessThanOrEqualTo(24);
    }
    assertThat(taken).hasSizeGreaterThan(8);
  }

  @Test
  void executors_prometheus_isThereToo() throws Exception {
    assertThat(pages.get("/metrics/executors/prometheus")).contains("metrics_executor_");
  }

  @Test
  void commands_anyStage_saysInWordsWhatItDoes() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    List<ObjectNode> rows = rows(fixture);
    Set<Integer> before = ids(pages.stages());

    Finished run = fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)));
    fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)), "--dry-run");
    String config = fixture.settingsPath().toString();
    StageFixture.command("stage", "--config", config, "--resume", run.runId());
    StageFixture.command("report", "--run", run.run.toString());
    StageFixture.command("report", "--run", run.run.toString(), "--rows", "csv");
    assertThat(
            StageFixture.command("audit", "--run", run.run.toString(), "--config", config)
                .exitCode())
        .isZero();
    assertThat(
            StageFixture.command(
                    "snapshot",
                    fixture.root.toString(),
                    "--top-hash",
                    "t",
                    "--out",
                    folder.resolve("snapshot").toString())
                .exitCode())
        .isZero();

    List<JsonNode> stages =
        pages.stages().stream()
            .filter(stage -> !before.contains(stage.get("stageId").asInt()))
            // Spark gives no words to what it didn't have to run.
            .filter(stage -> !stage.get("status").asText().equals("SKIPPED"))
            .filter(stage -> !stage.get("name").asText().contains("StageFixture"))
            .toList();
    assertThat(stages).hasSizeGreaterThan(20);
    assertThat(stages)
        .allSatisfy(
            stage ->
                assertThat(stage.path("description").asText())
                    .as(stage.toString())
                    .matches("[a-z].* .*")
                    .doesNotContain("runId"));
    assertThat(accumulators(stages, "scan the files")).containsEntry("scan rows", "7");
    assertThat(accumulators(stages, "transfer 5 files"))
        .containsEntry("transfer files", "5")
        .containsKeys("transfer bytes", "requests PUT", "requests PART");
    assertThat(accumulators(stages, "list what staging and remote hold"))
        .containsKey("requests LIST");
    assertThat(accumulators(stages, "hash 6 files below " + fixture.root))
        .containsEntry("hash files", "6");
  }

  private static Set<Integer> ids(List<JsonNode> stages) {
    return stages.stream().map(stage -> stage.get("stageId").asInt()).collect(Collectors.toSet());
  }

  /** Returns what the pages of the stages with a description show, name to value. */
  private static Map<String, String> accumulators(List<JsonNode> stages, String description) {
    Map<String, String> values = new HashMap<>();
    stages.stream()
        .filter(stage -> stage.path("description").asText().equals(description))
        .forEach(
            stage ->
                stage
                    .get("accumulatorUpdates")
                    .forEach(
                        update ->
                            values.put(update.get("name").asText(), update.get("value").asText())));
    return values;
  }
}
