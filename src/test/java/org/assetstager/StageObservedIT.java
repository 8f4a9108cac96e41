package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.SparkPages;
import org.assetstager.testing.StallingProxy;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.SubmittedJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is to be seen of the packaged job while it runs: pages, metrics, progress and logs. */
class StageObservedIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final int FILE_BYTES = 400_000;
  private static final int FILES = 10;
  private static final String RUN = "observed";

  private final String prefix = EmbeddedS3.uniquePrefix();

  @TempDir private Path folder;

  private SubmittedAsset manyFiles() {
    SubmittedAsset asset = new SubmittedAsset(folder);
    Random random = new Random(7);
    for (int i = 0; i < FILES; i++) {
      byte[] bytes = new byte[FILE_BYTES];
      random.nextBytes(bytes);
      asset.add("file-" + i, bytes);
    }
    return asset;
  }

  @Test
  void stage_onACluster_showsMetricsPagesProgressAndLogsWithItsRunId() throws Exception {
    SubmittedAsset asset = manyFiles().add("gone", new byte[1]).delete("gone");
    int port = EmbeddedS3.freePort();
    SparkPages pages = new SparkPages("http://127.0.0.1:" + port);
    try (StallingProxy proxy = StallingProxy.start(SERVER.endpoint(), FILES * FILE_BYTES / 2)) {
      String config = asset.config(SERVER, prefix, proxy.endpoint(), asset.ledgerPath(), "");
      try (SubmittedJob job =
          submit()
              .onLocalCluster(2)
              .logging(verboseJson())
              .environment("SPARK_LOCAL_IP", "127.0.0.1")
              .conf("spark.ui.enabled", "true")
              .conf("spark.ui.port", Integer.toString(port))
              .conf(
                  "spark.metrics.conf",
                  Path.of("conf/metrics.properties").toAbsolutePath().toString())
              .conf("spark.metrics.namespace", "asset_stager")
              .start(
                  "stage",
                  "--manifest",
                  asset.manifestFile(),
                  "--config",
                  config,
                  "--run-id",
                  RUN)) {
        assertThat(proxy.awaitStalled(120)).as("%s", job).isTrue();
        await(job, () -> pages.metric("requests_PUT_Value") >= 1);
        await(job, () -> pages.metric("files_DELETED_Value") == 1);
        assertThat(pages.metric("micros_LIST_Count")).isPositive();
        assertThat(pages.get("/metrics/executors/prometheus")).contains("executor_id=\"0\"");
        assertThat(pages.stages())
            .filteredOn(stage -> !stage.get("status").asText().equals("SKIPPED"))
            .extracting(stage -> stage.path("description").asText())
            .contains("scan the files", "digest 10 files", "plan the transfer", "transfer 10 files")
            .noneMatch(String::isBlank);
        await(job, () -> job.err().contains("\"transfer  "));
        proxy.open();
        assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.NEEDS_PERSON.value());
        assertThat(job.err()).doesNotContain("\u001b").doesNotContain("\r");
        assertThat(linesOf(job.err()).stream().map(line -> line.path("msg").asText()))
            .filteredOn(line -> line.startsWith("transfer  "))
            .anyMatch(line -> line.contains(" of 10 files  ") && !line.contains("took"))
            .last()
            .asString()
            .startsWith("transfer  10 of 10 files  4.0 MB of 4.0 MB  ")
            .contains("  took ");
        requireRunId(job.err());
        assertThat(linesOf(job.err()))
            .filteredOn(line -> line.path("msg").asText().startsWith("Running Spark version"))
            .isNotEmpty()
            .allMatch(line -> line.get("run_id").asText().equals(RUN));
        requireRunIdOnExecutors(job);
      }
    }
  }

  /** As shipped, but with Spark's own lines too. */
  private Path verboseJson() throws IOException {
    String shipped = Files.readString(Path.of("conf/log4j2-json.properties"));
    assertThat(shipped).contains("rootLogger.level = warn");
    return Files.writeString(
        folder.resolve("verbose.properties"),
        shipped
            .replace("rootLogger.level = warn", "rootLogger.level = info")
            .replaceAll("(?m)^logger\\.(tasksetmanager|executor)\\.level.*$", ""));
  }

  /** What must hold some time. */
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(SubmittedJob job, Condition condition) throws Exception {
    for (int i = 0; i < 300 && job.process().isAlive(); i++) {
      if (condition.holds()) {
        return;
      }
      Thread.sleep(200);
    }
    throw new AssertionError("Waited in vain. " + job);
  }

  private static List<JsonNode> linesOf(String log) {
    return log.lines().map(StageObservedIT::json).filter(Objects::nonNull).toList();
  }

  /** Every line from the first one on that knows the run. */
  private static void requireRunId(String log) {
    List<JsonNode> lines = linesOf(log);
    assertThat(lines).allMatch(line -> line.has("ts") && line.has("level") && line.has("run_id"));
    List<JsonNode> known =
        lines.stream().dropWhile(line -> line.get("run_id").asText().isEmpty()).toList();
    assertThat(known).hasSizeGreaterThan(20);
    assertThat(known).allMatch(line -> line.get("run_id").asText().equals(RUN));
  }

  /** What is printed before the job has its logs is none. */
  private static JsonNode json(String line) {
    try {
      return line.startsWith("{") ? JSON.readTree(line) : null;
    } catch (JsonProcessingException e) {
      throw new AssertionError("No JSON: " + line, e);
    }
  }

  /**
   * An executor is ended with the job: in the middle of its last line, or while it says that it was
   * told to, and then Log4j repeats the end of an earlier line as it closes its buffer.
   */
  private static String wholeLines(String log) {
    return log.substring(0, log.lastIndexOf('\n') + 1)
        .replaceFirst("(?s)(RECEIVED SIGNAL TERM\"[^\n]*\n).*", "$1");
  }

  private static void requireRunIdOnExecutors(SubmittedJob job) throws IOException {
    String application = job.err().replaceAll("(?s).*\\b(app-[0-9]+-[0-9]+)\\b.*", "$1");
    int executors = 0;
    try (Stream<Path> folders = Files.list(SubmittedJob.executorsOf(application))) {
      for (Path executor : folders.toList()) {
        String log = wholeLines(Files.readString(executor.resolve("stderr")));
        requireRunId(log);
        List<JsonNode> ofTasks =
            log.lines()
                .map(StageObservedIT::json)
                .filter(line -> line != null && line.path("context").has("task_name"))
                .toList();
        assertThat(ofTasks).isNotEmpty();
        assertThat(ofTasks).allMatch(line -> line.get("run_id").asText().equals(RUN));
        executors++;
      }
    }
    assertThat(executors).isEqualTo(2);
  }

  @Test
  void stage_onATerminal_drawsABarAndKeepsCtrlC() throws Exception {
    SubmittedAsset asset = manyFiles();
    try (StallingProxy proxy = StallingProxy.start(SERVER.endpoint(), FILES * FILE_BYTES / 2)) {
      String config = asset.config(SERVER, prefix, proxy.endpoint(), asset.ledgerPath(), "");
      try (SubmittedJob job =
          submit()
              .onTerminal()
              .start("stage", "--manifest", asset.manifestFile(), "--config", config)) {
        assertThat(proxy.awaitStalled(120)).as("%s", job).isTrue();
        await(job, () -> job.out().contains("\rtransfer") || job.out().contains("ltransfer "));
        await(job, () -> job.out().contains("of 10 files  "));
        // It is drawn once a part of the bytes has been sent.
        await(job, () -> job.out().contains("█"));
        ProcessHandle java =
            job.process()
                .descendants()
                .filter(p -> p.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow();
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(java.pid())).start().waitFor())
            .isZero();
        assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.INTERRUPTED.value());
        assertThat(job.out())
            .contains("digest  10 of 10 files  4.0 MB of 4.0 MB", "\u001b[J", "█")
            .contains("Interrupted. Continue with: asset-stager stage --resume ");
      }
    }
  }
}
