package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.assetstager.Commands.Ran;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.SubmittedAsset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruneCommandTest {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();

  private static @TempDir Path folder;
  private static Path ledgers;
  private static Path whole;
  private static Path run;
  private static String config;

  @BeforeAll
  static void stageAnAsset() {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "first".getBytes(UTF_8));
    config = asset.config(SERVER, EmbeddedS3.uniquePrefix());
    Ran ran =
        Commands.run(
            "stage", "--config", config, "--manifest", asset.manifestFile(), "--run-id", "r");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    ledgers = folder.resolve("ledger");
    run = ledgers.resolve("run_id=r");
    whole = folder.resolve("as staged");
  }

  /** Each test begins with the ledgers as the run left them. */
  @BeforeEach
  void putBack() throws IOException {
    if (Files.exists(whole)) {
      FileUtil.fullyDelete(ledgers.toFile());
      Files.move(whole, ledgers);
    }
    try (Stream<Path> all = Files.walk(ledgers)) {
      for (Path source : all.toList()) {
        Files.copy(source, whole.resolve(ledgers.relativize(source)), COPY_ATTRIBUTES);
      }
    }
  }

  private Ran prune(String... more) {
    return Commands.run(
        Stream.concat(Stream.of("prune", "--ledger", ledgers.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private Map<String, Long> filesOutside(String name) throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(run)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = run.relativize(file).toString();
        if (!path.matches(name)) {
          files.put(path, Files.size(file));
        }
      }
    }
    return files;
  }

  @Test
  void prune_finishedLongAgo_removesItsStagesAloneAndResumeStillSaysDone() throws IOException {
    Map<String, Long> rest = filesOutside("steps/[^/]+/.*");
    assertThat(rest)
        .containsKeys("ledger/_SUCCESS", "report.json", "run.json", "steps/verify.json");

    Ran ran = prune("--older-than", "0s");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).containsPattern("run_id=r  pruned: [1-9][0-9]* files, ");
    assertThat(ran.out()).containsPattern("Removed [1-9][0-9]* files, .* of 1 run out of 1 in ");
    assertThat(filesOutside("nothing")).isEqualTo(rest);
    Ran resumed = Commands.run("stage", "--config", config, "--resume", "r");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("The run r is done; nothing is left to do.");
    assertThat(prune("--older-than", "0s").out()).contains("kept: it has no step records");
  }

  @Test
  void pruneDryRun_finishedLongAgo_saysWhatItWouldRemoveAndRemovesNothing() throws IOException {
    Map<String, Long> before = filesOutside("nothing");

    Ran ran = prune("--older-than", "0s", "--dry-run");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("would be pruned: ").contains("A dry run. Would remove ");
    assertThat(filesOutside("nothing")).isEqualTo(before);
  }

  @Test
  void prune_ledgerOfTheSettings_keepsWhatEndedSince() {
    Ran ran = Commands.run("prune", "--config", config, "--older-than", "30d");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("kept: it ended at 20").contains("Removed 0 files");
    assertThat(run.resolve("steps")).isNotEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ledger/_SUCCESS", "report.json"})
  void prune_notComeToItsEnd_isKept(String missing) throws IOException {
    Files.delete(run.resolve("steps/report.json"));
    Files.delete(run.resolve(missing));

    Ran ran = prune("--older-than", "0s");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("kept: it has not ended and can be resumed");
    assertThat(run.resolve("steps")).isNotEmptyDirectory();
  }

  @Test
  void prune_brokeOffAfterItsLedger_isKeptUntilResumedToItsEnd() throws IOException {
    Path report = run.resolve("report.json");
    String text = Files.readString(report);
    assertThat(text).contains("\"error\" : null");
    Files.delete(run.resolve("steps/report.json"));
    Files.writeString(report, text.replace("\"error\" : null", "\"error\" : \"disk full\""));

    assertThat(prune("--older-than", "0s").out()).contains("can be resumed");
    assertThat(run.resolve("steps")).isNotEmptyDirectory();

    Ran resumed = Commands.run("stage", "--config", config, "--resume", "r");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.out()).doesNotContain("nothing is left to do");
    assertThat(Files.readString(report)).contains("\"error\" : null");
    assertThat(prune("--older-than", "0s").out()).contains("run_id=r  pruned: ");
  }

  @Test
  void prune_refusedBeforeItBegan_isPruned() throws IOException {
    Path manifest = Files.writeString(folder.resolve("bad.jsonl"), "no json\n");
    Ran refused =
        Commands.run(
            Stream.of(
                    "stage --run-id bad --max-invalid 0".split(" "),
                    new String[] {"--config", config, "--manifest", manifest.toString()})
                .flatMap(Stream::of)
                .toArray(String[]::new));
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
    Path records = ledgers.resolve("run_id=bad").resolve("steps");
    assertThat(records).isNotEmptyDirectory();

    assertThat(prune("--older-than", "0s").out()).contains("run_id=bad  pruned: ");
    assertThat(records).doesNotExist();
    assertThat(ledgers.resolve("run_id=bad/report.json")).exists();
  }

  @Test
  void prune_anotherDriverHoldsTheLock_isNotTouched() throws IOException {
    RunFolder held = new RunFolder(run.toUri().toString(), new Configuration());
    Map<String, Long> before = filesOutside("nothing");
    try (RunLock lock = RunLock.take(held)) {
      Ran ran = prune("--older-than", "0s");

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.out()).contains("not pruned: Another driver, process ");
    }
    assertThat(filesOutside("nothing")).isEqualTo(before);
  }

  @Test
  void prune_foldersOfOthers_areNotTouched() throws IOException {
    Path other = Files.createDirectories(ledgers.resolve("mine").resolve("steps"));
    Path damaged = Files.createDirectories(ledgers.resolve("run_id=x").resolve("steps"));

    Ran ran = prune("--older-than", "0s");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("run_id=x  kept: ").doesNotContain("mine");
    assertThat(other).isDirectory();
    assertThat(damaged).isDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "-1d", "d", "30 days", "1w", "9999999d"})
  void prune_ageOfNoForm_isAUsageError(String age) {
    Ran ran = prune("--older-than=" + age);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("is no age");
  }

  @Test
  void prune_neitherLedgerNorConfig_isAUsageError() {
    Ran ran = Commands.run("prune", "--older-than", "1d");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("Missing --ledger");
  }
}
