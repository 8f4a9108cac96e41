package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assetstager.Commands.Ran;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.StallingProxy;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.SubmittedJob;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the caller of spark-submit sees, and what is left when the driver goes. */
class StageProcessIT {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final String LEDGERS = "process-ledgers";

  /** Large enough that headers don't matter beside the bodies. */
  private static final int FILE_BYTES = 400_000;

  private static final int FILES = 10;

  /** What the server adds to the key. */
  private static final String ARRIVING = "-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final String prefix = EmbeddedS3.uniquePrefix();

  @TempDir private Path folder;

  @BeforeAll
  static void makeBucket() {
    SERVER.serverClient().createBucket(b -> b.bucket(LEDGERS));
  }

  @Test
  void stage_driverKilledInTheTransfer_resumeFinishesTheRun() throws Exception {
    SubmittedAsset asset = manyFiles();
    String ledger = "s3a://" + LEDGERS + "/" + prefix + "ledger";
    try (StallingProxy proxy = halfWay()) {
      String config = asset.config(SERVER, prefix, proxy.endpoint(), ledger, "");
      try (SubmittedJob job =
          submit().s3a(SERVER).start(stage(asset.manifestFile(), config, "--run-id", "killed"))) {
        assertThat(proxy.awaitStalled(120)).as("%s", job).isTrue();
        job.process().destroyForcibly();
        assertThat(job.exitCode()).isEqualTo(128 + 9);
      }
      Set<Map.Entry<String, String>> there = SERVER.md5s(EmbeddedS3.STAGING, prefix).entrySet();
      // What the server has of a body that hasn't wholly arrived is in its listings too.
      there.removeIf(object -> object.getKey().matches(".*==" + ARRIVING));
      assertThat(there).isNotEmpty().isSubsetOf(asset.staged(prefix).entrySet());
      assertThat(there).hasSizeLessThan(FILES);
      assertThat(SERVER.keys(LEDGERS, prefix)).noneMatch(key -> key.contains("=killed/ledger/"));

      proxy.open();
      TestSpark.reach(LEDGERS, SERVER);
      Ran resumed = Commands.run("stage", "--config", config, "--resume", "killed");
      assertThat(resumed.exitCode()).as("%s", resumed).isEqualTo(ExitCode.DONE.value());
    }
    assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
    assertThat(SERVER.keys(LEDGERS, prefix))
        .contains(prefix + "ledger/run_id=killed/ledger/_SUCCESS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void stage_interrupted_exits130SaysHowToGoOnAndResumes(String signal) throws Exception {
    SubmittedAsset asset = manyFiles();
    try (StallingProxy proxy = halfWay()) {
      String told = "on-finish.command = [sh, -c, \"cat > " + folder.resolve("told") + "\"]";
      String config = asset.config(SERVER, prefix, proxy.endpoint(), asset.ledgerPath(), told);
      try (SubmittedJob job = submit().start(stage(asset.manifestFile(), config))) {
        assertThat(proxy.awaitStalled(120)).as("%s", job).isTrue();
        signal(signal, job.process());
        assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.INTERRUPTED.value());
        assertThat(job.out())
            .contains(
                "Interrupted. Continue with: asset-stager stage --resume ", " --config " + config);
        assertThat(job.err()).doesNotContain("\tat ").doesNotContain("asset-stager: ");

        String runId = job.out().replaceAll("(?s).*run id  (\\S+).*", "$1");
        Path run = folder.resolve("ledger/run_id=" + runId);
        assertThat(StageFixture.readReport(run).get("exit_code").asInt()).isEqualTo(130);
        JsonNode page = StagePageTest.page(run);
        assertThat(page.at("/headline/safe").asText())
            .isEqualTo("The run was interrupted: 0 of 10 files are done.");
        assertThat(folder.resolve("told")).content().contains("\"exit_code\" : 130");
        assertThat(page.get("resume").asText()).contains("stage --resume " + runId);

        proxy.open();
        Ran again = Commands.run("stage", "--config", config, "--resume", runId);
        assertThat(again.exitCode()).as("%s", again).isEqualTo(ExitCode.DONE.value());
        assertThat(again.out()).contains("run id  " + runId);
      }
    }
    assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
  }

  @Test
  void stage_computerThatSleeps_goesOnWhenItWakes() throws Exception {
    SubmittedAsset asset = manyFiles();
    try (StallingProxy proxy = halfWay()) {
      String config = asset.config(SERVER, prefix, proxy.endpoint(), asset.ledgerPath(), "");
      try (SubmittedJob job =
          submit()
              .conf("spark.executor.heartbeatInterval", "3s")
              .conf("spark.network.timeout", "5s")
              .conf("spark.network.timeoutInterval", "1s")
              .conf("spark.rpc.askTimeout", "120s")
              .start(stage(asset.manifestFile(), config))) {
        assertThat(proxy.awaitStalled(120)).as("%s", job).isTrue();
        signal("STOP", job.process());
        Thread.sleep(8_000);
        signal("CONT", job.process());
        // What Spark makes of it comes with the next heartbeats.
        Thread.sleep(5_000);
        proxy.open();
        assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.DONE.value());
        assertThat(job.err()).doesNotContain("Removing executor", "CoarseGrainedScheduler");
      }
    }
    assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
  }

  @Test
  void stage_driverThatWritesFileNamesOtherwise_failsAndCallsNothingDeleted() throws IOException {
    SubmittedAsset asset = new SubmittedAsset(folder).add("é.txt", "é".getBytes(UTF_8));
    try (SubmittedJob job =
        submit()
            .environment("LC_ALL", "C")
            .start(stage(asset.manifestFile(), asset.config(SERVER, prefix), "--run-id", "c"))) {
      assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.FAILED.value());
      assertThat(job.err())
          .contains("asset-stager: The JVM on host ", "Set LC_ALL=C.UTF-8")
          .doesNotContain("\tat ");
    }
    assertThat(folder.resolve("ledger/run_id=c/ledger")).doesNotExist();
    assertThat(folder.resolve("ledger/run_id=c/steps/scan")).doesNotExist();
    assertThat(Files.readString(folder.resolve("ledger/run_id=c/report.json")))
        .contains("The JVM on host");
    assertThat(SERVER.keys(EmbeddedS3.STAGING, prefix)).isEmpty();
  }

  @Test
  void stage_wrongKeyWithDebug_exits2AndShowsWhere() throws IOException {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", new byte[1]);
    String config =
        asset.config(
            SERVER,
            prefix,
            SERVER.endpoint(),
            asset.ledgerPath(),
            "staging.credentials { access-key = nobody, secret-key = s3cr3t-v4lu3 }");
    try (SubmittedJob job = submit().start(stage(asset.manifestFile(), config, "--debug"))) {
      assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.USAGE.value());
      assertThat(job.err())
          .contains("staging.credentials", "\tat org.assetstager.")
          .doesNotContain("s3cr3t-v4lu3");
      assertThat(job.out()).doesNotContain("s3cr3t-v4lu3");
    }
    assertThat(folder.resolve("ledger")).doesNotExist();
  }

  @Test
  void stage_dryRun_neverSaysUpload() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "one".getBytes(UTF_8));
    String config = asset.config(SERVER, prefix);
    String[] dryRun = stage(asset.manifestFile(), config, "--run-id", "r", "--dry-run");
    try (SubmittedJob job = submit().start(dryRun)) {
      assertThat(job.exitCode()).as("%s", job).isZero();
      assertThat(job.out() + job.err()).contains("run id  r").doesNotContainIgnoringCase("upload");
    }
  }

  @Test
  void report_standardOutputFull_exits1AndSaysSo() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", new byte[1]);
    String config = asset.config(SERVER, prefix);
    Ran stage = Commands.run(stage(asset.manifestFile(), config, "--run-id", "done"));
    assertThat(stage.exitCode()).as("%s", stage).isEqualTo(ExitCode.DONE.value());
    String[] report = {"report", "--rows", "jsonl", "--run", folder + "/ledger/run_id=done"};
    try (SubmittedJob job = submit().standardOutput(Path.of("/dev/full")).start(report)) {
      assertThat(job.exitCode()).as(job.err()).isEqualTo(ExitCode.FAILED.value());
      assertThat(job.err())
          .contains("Standard output could not be written: No space left on device")
          .doesNotContain("\tat ");
    }
  }

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

  private static StallingProxy halfWay() {
    return StallingProxy.start(SERVER.endpoint(), FILES * FILE_BYTES / 2);
  }

  private static String[] stage(String manifest, String config, String... more) {
    String[] arguments = new String[5 + more.length];
    arguments[0] = "stage";
    arguments[1] = "--manifest";
    arguments[2] = manifest;
    arguments[3] = "--config";
    arguments[4] = config;
    System.arraycopy(more, 0, arguments, 5, more.length);
    return arguments;
  }

  private static void signal(String name, Process process)
      throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    assertThat(code).isZero();
  }
}
