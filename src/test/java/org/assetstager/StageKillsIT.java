package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.TopHash;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.HeldRequests;
import org.assetstager.testing.OpenFiles;
import org.assetstager.testing.StandaloneCluster;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.SubmittedJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills executors and drivers with SIGKILL, and has tasks run twice, on a standalone cluster of two
 * workers; holds the end state against that of a run that nobody disturbed.
 */
class StageKillsIT {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final String UPLOAD =
      """
      upload { part-size = 8MiB, multipart-threshold = 8MiB, split-threshold = 32MiB }
      s3 { attempt-timeout = 4m }
      """;

  private static final int SMALL = 12;
  private static final String PART = "PUT /.*partNumber=.*";

  /** Of the file that is shared out among tasks; a task takes 64 MiB. */
  private static final int SPLIT_PARTS = 9;

  /** Read for long enough to be found open, and then not sent: {@link #addSlow}. */
  private static final String SLOW = "slow to read";

  private static final int SLOW_BYTES = 192 << 20;

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;
  private static SubmittedAsset asset;
  private static SubmittedAsset slow;
  private static String slowKey;
  private static EndState undisturbed;
  private static EndState undisturbedWithSlow;

  private final String prefix = EmbeddedS3.uniquePrefix();
  private final String runId = prefix.replace("/", "");
  private final HeldRequests requests = new HeldRequests();
  private FaultyS3 proxy;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    cluster = StandaloneCluster.start(folder.resolve("cluster"));
    asset = new SubmittedAsset(folder);
    // Half of the rows name their MD5s: these files are hashed as they are sent, not before.
    for (int i = 0; i < SMALL; i += 2) {
      asset.add("small " + i, StageFixture.randomBytes(10_000 + i, i));
      asset.addWithMd5("small " + (i + 1), StageFixture.randomBytes(10_001 + i, i + 1));
    }
    asset.add("equal to small 3", StageFixture.randomBytes(10_003, 3));
    asset.add("in parts", StageFixture.randomBytes(9 << 20, 20));
    asset.addWithMd5(
        "in parts by many tasks", StageFixture.randomBytes((SPLIT_PARTS << 23) - 1, 21));
    asset.add("deleted", new byte[1]).delete("deleted");
    addSlow();

    StageKillsIT calm = new StageKillsIT();
    calm.prepare();
    try (SubmittedJob job = calm.startWithSlow()) {
      undisturbedWithSlow = calm.end(job);
      undisturbed = undisturbedWithSlow.withoutSlow();
    } finally {
      calm.clearUp();
    }
    assertThat(undisturbed.objects()).isEqualTo(asset.staged(""));
    assertThat(undisturbed.rows()).hasSize(undisturbedWithSlow.rows().size() - 1);
    assertThat(undisturbedWithSlow.rows())
        .extracting(LedgerRow::outcome)
        .containsOnlyOnce(Outcome.CONFLICT, Outcome.DELETED, Outcome.DUPLICATE)
        .contains(Outcome.STAGED);
    assertThat(undisturbed.sent()).doesNotHaveDuplicates().hasSize(SMALL + 2 + SPLIT_PARTS);
  }

  /**
   * Adds a file whose row names no MD5, so that it is read before it is known that the remote holds
   * something else under its key.
   */
  private static void addSlow() throws IOException {
    slow = new SubmittedAsset(folder.resolve("slow"));
    try (RandomAccessFile sparse = new RandomAccessFile(slow.file(SLOW).toFile(), "rw")) {
      sparse.setLength(SLOW_BYTES);
    }
    slow.addRow(SLOW, null);
    MessageDigest digest = Md5.newDigest();
    for (int i = 0; i < SLOW_BYTES >> 20; i++) {
      digest.update(new byte[1 << 20]);
    }
    slowKey = new ContentKey("", new TopHash("h1"), Md5.ofBytes(digest.digest())).toString();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void prepare() throws IOException {
    proxy = new FaultyS3(SERVER, requests);
    SERVER.put(EmbeddedS3.REMOTE, prefix + slowKey, new byte[1]);
  }

  @AfterEach
  void clearUp() {
    requests.open();
    proxy.close();
    // What it holds is in memory.
    SERVER.keys(EmbeddedS3.STAGING, prefix).forEach(key -> SERVER.delete(EmbeddedS3.STAGING, key));
  }

  @Test
  void stage_executorKilledInDigest_endsAsUndisturbed() {
    try (SubmittedJob job = startWithSlow()) {
      ProcessHandle reader = awaitReader(job);
      signal("STOP", reader);
      assertThat(OpenFiles.has(reader, slow.file(SLOW))).as("it still reads").isTrue();
      assertThat(finished("digest")).isFalse();
      signal("KILL", reader);
      requireAsUndisturbed(end(job), undisturbedWithSlow);
    }
  }

  static Stream<Arguments> moments() {
    return Stream.of(
        Arguments.of("list", nth(1, "GET /.*list-type=2.*"), "list"),
        Arguments.of("transfer", nth(5, "PUT /[^?]*"), "transfer"),
        Arguments.of("transfer of parts", nth(4, PART), "transfer"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moments")
  void stage_executorKilled_endsAsUndisturbed(
      String moment, Predicate<FaultyS3.Request> request, String step) {
    requests.holdFrom(byExecutor(request));
    try (SubmittedJob job = start()) {
      ProcessHandle sender = executorOf(requests.awaitHeld()).orElseThrow();
      assertThat(finished(step)).as(moment).isFalse();
      awaitRecordOfOpenUploads();
      signal("KILL", sender);
      requests.open();
      requireAsUndisturbed(end(job));
    }
  }

  @Test
  void stage_mostFailuresOfATaskReached_exits1AndResumeEndsAsUndisturbed() {
    requests.holdFrom(byExecutor(nth(2, PART)));
    SubmittedJob.Builder onceOnly = submit().on(cluster).conf("spark.task.maxFailures", "1");
    try (SubmittedJob job = start(onceOnly)) {
      ProcessHandle sender = executorOf(requests.awaitHeld()).orElseThrow();
      awaitRecordOfOpenUploads();
      signal("KILL", sender);
      requests.open();
      assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.FAILED.value());
      assertThat(job.err())
          .contains("asset-stager: The job failed: ", "failed 1 times", "--resume")
          .doesNotContain("\tat ");
    }
    StandaloneCluster.await("the executors end", () -> cluster.executors().isEmpty());
    requireAsUndisturbed(resume());
  }

  @Test
  void stage_slowTaskIsRunTwice_endsAsUndisturbed() throws IOException {
    Path events = Files.createDirectory(folder.resolve("events"));
    SubmittedJob.Builder speculating =
        submit()
            .on(cluster)
            .conf("spark.speculation", "true")
            .conf("spark.speculation.interval", "100ms")
            .conf("spark.speculation.minTaskRuntime", "100ms")
            .conf("spark.speculation.multiplier", "1.1")
            .conf("spark.speculation.quantile", "0.1")
            // Of a stage of a single task too, which has no others to be compared with.
            .conf("spark.speculation.task.duration.threshold", "2s")
            .conf("spark.eventLog.enabled", "true")
            .conf("spark.eventLog.dir", events.toUri().toString())
            .conf("spark.eventLog.rolling.enabled", "false")
            .conf("spark.eventLog.compress", "false");
    requests.delayUntilSentAgain(
        PART,
        path ->
            undisturbed.sent().stream()
                .filter(line -> line.contains(withoutPrefix(path) + "?"))
                .distinct()
                .count());
    try (SubmittedJob job = start(speculating)) {
      EndState end = end(job);
      assertThat(requests.sentAgain()).isTrue();
      requireSameState(end, undisturbed);
      List<String> again = new ArrayList<>(end.sent());
      undisturbed.sent().forEach(again::remove);
      assertThat(again).as("the held part alone is taken of both attempts").hasSizeBetween(0, 1);
    }
    try (Stream<Path> files = Files.list(events)) {
      assertThat(Files.readString(files.findFirst().orElseThrow()))
          .contains("\"Speculative\":true");
    }
  }

  @Test
  void stage_driverKilledWhilePartsAreSent_resumeEndsAsUndisturbed() throws Exception {
    requests.holdFrom(byExecutor(nth(3, PART)));
    try (SubmittedJob job = start()) {
      requests.awaitHeld();
      awaitRecordOfOpenUploads();
      signal("KILL", job.process().toHandle());
      assertThat(job.exitCode()).isEqualTo(128 + 9);
    }
    StandaloneCluster.await("the executors end", () -> cluster.executors().isEmpty());
    assertThat(requests.taken()).anyMatch(line -> line.contains("partNumber"));
    assertThat(requests.taken()).hasSizeLessThan(undisturbed.sent().size());
    assertThat(SERVER.openMultipartUploads(EmbeddedS3.STAGING, prefix)).isNotEmpty();
    assertThat(finished("plan")).isTrue();
    requests.open();

    requireAsUndisturbed(resume());
    Path run = Path.of(URI.create(asset.ledgerPath())).resolve("run_id=" + runId);
    JsonNode page = StagePageTest.page(run);
    assertThat(page.get("drawn")).as("the killed driver's too").hasSize(2);
    assertThat(StageFixture.readReport(run).get("attempts")).hasSize(2);
  }

  private EndState resume() {
    try (SubmittedJob job =
        submit().on(cluster).start("stage", "--config", config(), "--resume", runId)) {
      return end(job);
    }
  }

  private SubmittedJob start() {
    return start(submit().on(cluster));
  }

  private SubmittedJob start(SubmittedJob.Builder job) {
    return job.start(
        "stage", "--manifest", asset.manifestFile(), "--config", config(), "--run-id", runId);
  }

  private SubmittedJob startWithSlow() {
    return submit()
        .on(cluster)
        .start(
            "stage",
            "--manifest",
            asset.manifestFile(),
            "--manifest",
            slow.manifestFile(),
            "--config",
            config(),
            "--run-id",
            runId);
  }

  private String config() {
    return asset.config(SERVER, prefix, proxy.endpoint(), asset.ledgerPath(), UPLOAD);
  }

  private static ProcessHandle awaitReader(SubmittedJob job) {
    List<ProcessHandle> readers = new ArrayList<>();
    StandaloneCluster.await(
        "an executor reads " + SLOW,
        () -> {
          assertThat(job.process().isAlive()).as("%s", job).isTrue();
          cluster.executors().stream()
              .filter(executor -> OpenFiles.has(executor, slow.file(SLOW)))
              .forEach(readers::add);
          return !readers.isEmpty();
        });
    return readers.get(0);
  }

  private static Predicate<FaultyS3.Request> nth(int number, String line) {
    AtomicInteger seen = new AtomicInteger();
    return request -> request.line().matches(line) && seen.incrementAndGet() == number;
  }

  /** The driver's preflight lists and uploads as well. */
  private static Predicate<FaultyS3.Request> byExecutor(Predicate<FaultyS3.Request> request) {
    return sent -> executorOf(sent.clientPort()).isPresent() && request.test(sent);
  }

  private static Optional<ProcessHandle> executorOf(int port) {
    return OpenFiles.owner(port, cluster.executors());
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      String pid = Long.toString(process.pid());
      assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (name.equals("KILL")) {
      process.onExit().join();
    }
  }

  /**
   * The bucket's lifecycle rule removes what a killed driver opened and didn't record yet; see
   * "Upload" in design.md.
   */
  private void awaitRecordOfOpenUploads() {
    StandaloneCluster.await(
        "open uploads are on record",
        () -> {
          String records = recordsOfUploads();
          return SERVER.openMultipartUploads(EmbeddedS3.STAGING, prefix).stream()
              .allMatch(key -> records.contains('"' + key + '"'));
        });
  }

  private String recordsOfUploads() {
    Path uploads = run().resolve("uploads");
    StringBuilder records = new StringBuilder();
    if (Files.exists(uploads)) {
      try (Stream<Path> files = Files.walk(uploads)) {
        for (Path file : files.filter(path -> path.endsWith("upload.json")).toList()) {
          records.append(Files.readString(file));
        }
      } catch (IOException | UncheckedIOException e) {
        // Closed meanwhile: looked at again.
        return "";
      }
    }
    return records.toString();
  }

  private boolean finished(String step) {
    return Files.exists(run().resolve("steps").resolve(step + ".json"));
  }

  private Path run() {
    return folder.resolve("ledger/run_id=" + runId);
  }

  /**
   * What a run leaves.
   *
   * @param objects of staging: key without prefix to MD5
   * @param keys of the ledger's rows, without prefix
   * @param sent objects and parts that the server took, without prefix
   */
  private record EndState(
      Map<String, String> objects, List<LedgerRow> rows, List<String> keys, List<String> sent) {

    /** Returns the same without the row of the slow file, of which nothing is sent. */
    EndState withoutSlow() {
      List<LedgerRow> others = rows.stream().filter(row -> !SLOW.equals(row.path())).toList();
      List<String> otherKeys = keys.stream().filter(key -> !key.equals(slowKey)).toList();
      return new EndState(objects, others, otherKeys, sent);
    }
  }

  /** Waits for a job's end; requires that no upload is open. */
  private EndState end(SubmittedJob job) {
    assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.NEEDS_PERSON.value());
    assertThat(SERVER.openMultipartUploads(EmbeddedS3.STAGING, prefix)).isEmpty();
    Map<String, String> objects = new TreeMap<>();
    SERVER
        .md5s(EmbeddedS3.STAGING, prefix)
        .forEach((key, md5) -> objects.put(withoutPrefix(key), md5));
    List<LedgerRow> rows =
        StageFixture.readLedger(run()).stream()
            .sorted(
                Comparator.comparing(LedgerRow::manifestFile)
                    .thenComparing(LedgerRow::manifestPosition))
            .toList();
    assertThat(rows).allSatisfy(row -> assertThat(row.runId()).isEqualTo(runId));
    return new EndState(
        objects,
        rows,
        rows.stream().map(row -> withoutPrefix(String.valueOf(row.key()))).toList(),
        requests.taken().stream().map(this::withoutPrefix).sorted().toList());
  }

  private String withoutPrefix(String text) {
    return text.replace(prefix, "");
  }

  private static void requireAsUndisturbed(EndState end) {
    requireAsUndisturbed(end, undisturbed);
  }

  private static void requireAsUndisturbed(EndState end, EndState expected) {
    requireSameState(end, expected);
    assertThat(end.sent()).as("each object and part once").isEqualTo(expected.sent());
  }

  private static void requireSameState(EndState end, EndState expected) {
    assertThat(end.objects()).isEqualTo(expected.objects());
    assertThat(end.rows())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
            "runId", "key", "verifiedAt", "stagedAt")
        .isEqualTo(expected.rows());
    assertThat(end.keys()).isEqualTo(expected.keys());
  }
}
