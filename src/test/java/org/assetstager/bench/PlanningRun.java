package org.assetstager.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.assetstager.Commands;

/**
 * A dry run of {@code stage} over a {@link GeneratedAsset}: one stat a file, the remote by its
 * inventory, staging empty, and the plan. Spark's settings are system properties. Arguments: the
 * settings file, the manifest, its number of rows, the folder of the ledgers, and the file for what
 * was measured, names to numbers.
 */
final class PlanningRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN = "planning";
  private static final int GARBAGE_COLLECTIONS = 3;

  private PlanningRun() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    long rows = Long.parseLong(args[2]);
    long start = System.nanoTime();
    double cpuStart = cpuSeconds();
    Commands.Ran ran =
        Commands.runAlone(
            "stage",
            "--config",
            args[0],
            "--manifest",
            args[1],
            "--run-id",
            RUN,
            "--dry-run",
            "--quiet");
    Map<String, Double> measured = new LinkedHashMap<>();
    measured.put("all", (System.nanoTime() - start) / 1e9);
    double cpu = cpuSeconds() - cpuStart;
    measured.put("all, CPU", cpu);
    measured.put("CPU of a row", cpu * 1e6 / rows);
    Path run = Path.of(args[3]).resolve("run_id=" + RUN);
    long planned =
        JSON.readTree(run.resolve("report.json").toFile()).at("/outcomes/PLANNED/rows").asLong();
    if (ran.exitCode() != 0 || planned != rows / 100 * 9) {
      throw new IllegalStateException("Planned were " + planned + " of " + rows + ": " + ran);
    }
    measured.putAll(StageProcess.phases(run));
    measured.put("heap of the driver after GC", heapAfterGarbageCollection() / (1 << 20));
    JSON.writeValue(Path.of(args[4]).toFile(), measured);
    System.exit(0);
  }

  /** Returns what this process, the driver, and its children, the executors, have taken so far. */
  static double cpuSeconds() {
    ProcessHandle driver = ProcessHandle.current();
    return Stream.concat(Stream.of(driver), driver.descendants())
            .flatMap(process -> process.info().totalCpuDuration().stream())
            .mapToLong(Duration::toMillis)
            .sum()
        / 1e3;
  }

  /** Bytes. */
  private static double heapAfterGarbageCollection() {
    for (int i = 0; i < GARBAGE_COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
