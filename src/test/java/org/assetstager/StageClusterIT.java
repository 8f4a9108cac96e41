package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.SubmittedJob;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged job on executors in processes of their own, with manifest and ledger in S3. */
class StageClusterIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();

  /** A bucket of the server's, neither remote nor staging. */
  private static final String LEDGERS = "ledgers";

  private final String prefix = EmbeddedS3.uniquePrefix();

  @TempDir private Path folder;

  @BeforeAll
  static void makeBucket() {
    SERVER.serverClient().createBucket(b -> b.bucket(LEDGERS));
  }

  @Test
  void stage_onACluster_readsAndSendsOnExecutorsAndKeepsLedgerInS3() throws IOException {
    SubmittedAsset asset =
        new SubmittedAsset(folder)
            .add("a.txt", bytes("a"))
            .addWithMd5("copy of a.txt", bytes("a"))
            .add("données/é #1%.txt", bytes("é"))
            .add("empty", new byte[0])
            .addWithMd5("large.bin", new byte[9 << 20])
            .add("gone", bytes("gone"))
            .delete("gone");
    SERVER.put(LEDGERS, prefix + "manifest/part-0.jsonl", asset.manifest());
    SERVER.put(LEDGERS, prefix + "manifest/_SUCCESS", new byte[0]);
    String ledger = "s3a://" + LEDGERS + "/" + prefix + "ledger";
    String config =
        asset.config(
            SERVER,
            prefix,
            SERVER.endpoint(),
            ledger,
            // Executors can keep to a limit only if they load the plugin from the job's own jar.
            "upload { part-size = 5MiB, multipart-threshold = 5MiB, split-threshold = 8MiB,"
                + " max-requests-per-second = 1000, max-bandwidth = 1GiB }");
    Path events = Files.createDirectory(folder.resolve("events"));

    try (SubmittedJob job =
        submit()
            .onLocalCluster(2)
            .s3a(SERVER)
            .conf("spark.eventLog.enabled", "true")
            .conf("spark.eventLog.dir", events.toUri().toString())
            .conf("spark.eventLog.rolling.enabled", "false")
            .conf("spark.eventLog.compress", "false")
            .start(
                "stage",
                "--manifest",
                "s3a://" + LEDGERS + "/" + prefix + "manifest",
                "--config",
                config,
                "--run-id",
                "r1")) {
      assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.NEEDS_PERSON.value());
      assertThat(job.out()).contains("run id  r1", ledger + "/run_id=r1", "gone");
      assertThat(job.out() + job.err())
          .doesNotContain(SERVER.userSecret())
          .doesNotContain(SERVER.serverSecret());
    }

    assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
    requireNoSecret(events);
    for (String step : List.of("scan", "digest", "transfer")) {
      assertThat(executorsOf(step, events)).as(step).isNotEmpty().isSubsetOf("0", "1");
    }
    assertThat(eventsOf(events).filter(event -> isOf("JobStart", event)))
        .as("Spark jobs of a run with a file that two executors send")
        .hasSizeBetween(4, 12);
    assertThat(outcomes(ledger + "/run_id=r1"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a.txt", "STAGED",
                "copy of a.txt", "DUPLICATE",
                "données/é #1%.txt", "STAGED",
                "empty", "STAGED",
                "large.bin", "STAGED",
                "gone", "DELETED"));
  }

  @Test
  void stage_executorThatWritesFileNamesOtherwise_failsWithItsHostAndTheRemedy() {
    SubmittedAsset asset = new SubmittedAsset(folder).add("é.txt", bytes("é"));

    try (SubmittedJob job =
        submit()
            .onLocalCluster(1)
            .conf("spark.executorEnv.LC_ALL", "C")
            .start(
                "stage",
                "--manifest",
                asset.manifestFile(),
                "--config",
                asset.config(SERVER, prefix))) {
      assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.FAILED.value());
      assertThat(job.err())
          .contains("asset-stager: The JVM on host ", "spark.executorEnv.LC_ALL=C.UTF-8")
          .doesNotContain("\tat ");
    }
    assertThat(SERVER.keys(EmbeddedS3.STAGING, prefix)).isEmpty();
  }

  @Test
  void stage_manifestThatBreaksOff_failsOnTheExecutorAsWrongInput() throws IOException {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", bytes("a"));
    // The first bytes of a gzip member, and no more.
    Path manifest = Files.write(folder.resolve("m.jsonl.gz"), new byte[] {31, (byte) 139, 8, 0});

    try (SubmittedJob job =
        submit()
            .onLocalCluster(1)
            .start(
                "stage",
                "--manifest",
                manifest.toString(),
                "--config",
                asset.config(SERVER, prefix))) {
      assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.USAGE.value());
      assertThat(job.err())
          .contains("asset-stager: The manifest ", "cut off or damaged")
          .doesNotContain("\tat ");
    }
  }

  /** Prints the ledger's rows by the job itself: path to outcome. */
  private static Map<String, String> outcomes(String run) throws IOException {
    Map<String, String> outcomes = new TreeMap<>();
    TestSpark.reach(LEDGERS, SERVER);
    Commands.Ran report = Commands.run("report", "--run", run, "--rows", "jsonl");
    assertThat(report.exitCode()).as("%s", report).isEqualTo(ExitCode.DONE.value());
    for (String line : report.out().lines().toList()) {
      JsonNode row = JSON.readTree(line);
      outcomes.put(row.get("path").textValue(), row.get("outcome").textValue());
    }
    return outcomes;
  }

  /** Reads Spark's event log, which its UI shows, and what the executors have printed. */
  private static void requireNoSecret(Path events) throws IOException {
    List<Path> logs = new ArrayList<>();
    try (Stream<Path> files = Files.walk(events)) {
      logs.addAll(files.filter(Files::isRegularFile).toList());
    }
    assertThat(logs).hasSize(1);
    Path printed = SubmittedJob.executorsOf(logs.get(0).getFileName().toString());
    try (Stream<Path> files = Files.walk(printed)) {
      logs.addAll(files.filter(file -> file.toString().matches(".*/std(out|err)")).toList());
    }
    assertThat(logs).as("an event log, and the output of two executors").hasSize(1 + 4);
    for (Path log : logs) {
      assertThat(Files.readString(log))
          .as(log.toString())
          .doesNotContain(SERVER.userSecret())
          .doesNotContain(SERVER.serverSecret());
    }
    assertThat(Files.readString(logs.get(0))).contains("fs.s3a.secret.key");
  }

  /** Returns who ran the tasks of the jobs whose description begins so, by Spark's event log. */
  private static Set<String> executorsOf(String description, Path events) throws IOException {
    Set<Integer> stages = new TreeSet<>();
    Set<String> executors = new TreeSet<>();
    for (JsonNode event : eventsOf(events).toList()) {
      if (isOf("StageSubmitted", event)
          && event
              .path("Properties")
              .path("spark.job.description")
              .asText()
              .startsWith(description)) {
        stages.add(event.path("Stage Info").path("Stage ID").asInt());
      } else if (isOf("TaskEnd", event) && stages.contains(event.path("Stage ID").asInt())) {
        executors.add(event.path("Task Info").path("Executor ID").asText());
      }
    }
    return executors;
  }

  private static boolean isOf(String kind, JsonNode event) {
    return event.path("Event").asText().equals("SparkListener" + kind);
  }

  private static Stream<JsonNode> eventsOf(Path folder) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
          events.add(JSON.readTree(line));
        }
      }
    }
    return events.stream();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
