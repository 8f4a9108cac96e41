package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What conf/clusters/slurm.sbatch makes of exit codes and signals, with scripts in the place of
 * Slurm's commands and Spark's. scripts/slurm-check runs it on a real Slurm.
 */
@Tag("process")
class SlurmBatchTest {
  private static final Path BATCH = Path.of("conf/clusters/slurm.sbatch");

  @TempDir Path folder;

  private void script(String path, String... lines) throws IOException {
    Path script = folder.resolve(path);
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  private Process start(int failures, String... job) throws IOException {
    if (failures > 0) {
      Files.createDirectories(folder.resolve("asset-stager-7"));
      Files.writeString(folder.resolve("asset-stager-7/failures"), failures + "\n");
    }
    script("spark/bin/spark-class", "echo $$ >>'" + folder + "/daemons'", "exec sleep 60");
    script("bin/srun", "while [[ $1 == --* ]]; do shift; done", "exec \"$@\"");
    script("bin/scontrol", "echo \"$@\" >>'" + folder + "/requeued'");
    String both = "until [[ $(cat '" + folder + "/daemons' | wc -l) == 2 ]]; do sleep 0.1; done\n";
    script("home/scripts/asset-stager", both + String.join("\n", job));
    Files.copy(
        Path.of("scripts/processes.sh"),
        folder.resolve("home/scripts/processes.sh"),
        StandardCopyOption.REPLACE_EXISTING);
    Path properties = folder.resolve("home/conf/clusters/standalone.properties");
    Files.createDirectories(properties.getParent());
    Files.copy(
        Path.of("conf/clusters/standalone.properties"),
        properties,
        StandardCopyOption.REPLACE_EXISTING);
    ProcessBuilder builder =
        new ProcessBuilder("env", "--default-signal", "bash", BATCH.toString(), "--manifest", "M")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().remove("SPARK_PROPERTIES");
    builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("ASSET_STAGER_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_HOME", folder.resolve("spark").toString());
    builder.environment().put("SLURM_SUBMIT_DIR", folder.toString());
    builder.environment().put("SLURM_JOB_ID", "7");
    builder.environment().put("SLURM_JOB_NUM_NODES", "4");
    builder.environment().put("SLURM_CPUS_PER_TASK", "8");
    builder.environment().put("SLURMD_NODENAME", "node-1");
    // However often it was requeued otherwise.
    builder.environment().put("SLURM_RESTART_COUNT", "9");
    return builder.start();
  }

  /** Waits for the end, which master and workers must not outlive. */
  private int end(Process batch) throws Exception {
    assertThat(batch.waitFor(30, TimeUnit.SECONDS)).isTrue();
    for (String daemon : Files.readAllLines(folder.resolve("daemons"))) {
      assertThat(ProcessHandle.of(Long.parseLong(daemon))).isEmpty();
    }
    return batch.exitValue();
  }

  private List<String> requeued() throws IOException {
    Path told = folder.resolve("requeued");
    return Files.exists(told) ? Files.readAllLines(told) : List.of();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, false",
    "1, 0, true",
    "1, 2, true",
    "1, 3, false",
    "2, 0, false",
    "3, 0, false",
    "4, 0, false",
    "130, 0, true",
    "137, 0, true",
    "137, 3, false"
  })
  void batch_exitCode_isTriedAgainWhereThatHelps(int code, int failures, boolean again)
      throws Exception {
    Process batch = start(failures, "echo \"$@\" >'" + folder + "/told'", "exit " + code);

    assertThat(end(batch)).isEqualTo(code);
    assertThat(requeued()).isEqualTo(again ? List.of("requeue 7") : List.of());
    assertThat(folder.resolve("told")).hasContent("stage --run-id slurm-7 --manifest M");
  }

  @Test
  void batch_failuresOfOneJob_areTriedAgainThreeTimes() throws Exception {
    for (int attempt = 1; attempt <= 4; attempt++) {
      Files.deleteIfExists(folder.resolve("daemons"));
      assertThat(end(start(0, "exit 1"))).isEqualTo(1);
    }

    assertThat(requeued()).isEqualTo(List.of("requeue 7", "requeue 7", "requeue 7"));
  }

  @ParameterizedTest
  @CsvSource({"USR1, true", "TERM, false", "INT, false"})
  void batch_signal_endsTheJobAndOnlyTheTimeLimitsRequeues(String signal, boolean again)
      throws Exception {
    String[] job = {
      "trap 'exit 130' TERM", "echo >'" + folder + "/started'", "while :; do sleep 0.1; done"
    };
    // However often it has failed.
    Process batch = start(9, job);
    try {
      while (!Files.exists(folder.resolve("started")) && batch.isAlive()) {
        Thread.sleep(20);
      }
      ClustersTest.run("kill", "-" + signal, "" + batch.pid());

      assertThat(end(batch)).isEqualTo(130);
      assertThat(requeued()).isEqualTo(again ? List.of("requeue 7") : List.of());
      assertThat(folder.resolve("asset-stager-7/failures")).hasContent("9");
    } finally {
      batch.descendants().forEach(ProcessHandle::destroyForcibly);
      batch.destroyForcibly();
    }
  }

  @Test
  void batch_sparksSettings_areTheAllocationsAndSecret() throws Exception {
    Process batch =
        start(
            0,
            "cp --preserve \"$SPARK_PROPERTIES\" '" + folder + "/seen'",
            "echo \"$MASTER $*\" >'" + folder + "/told'");

    assertThat(end(batch)).isZero();
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("seen")));
    assertThat(lines)
        .contains("spark.cores.max 32", "spark.executor.cores 8", "spark.executor.memory 16g")
        .anyMatch(line -> line.matches("spark\\.authenticate\\.secret [0-9a-f]{64}"))
        .containsSubsequence(Files.readAllLines(Path.of("conf/clusters/standalone.properties")));
    assertThat(Files.getPosixFilePermissions(folder.resolve("seen"))).hasSize(2);
    assertThat(folder.resolve("asset-stager-7/spark.properties")).doesNotExist();
    assertThat(Files.readString(folder.resolve("told"))).startsWith("spark://node-1:");
  }
}
