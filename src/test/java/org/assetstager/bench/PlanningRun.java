package org.assetstager.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.assetstager.Commands;
import org.assetstager.asset.Outcome;
import org.assetstager.bench.GeneratedAsset.Shape;
import org.assetstager.report.ExitCode;

/**
 * A dry run of {@code stage} over a {@link GeneratedAsset}: one stat a file, the remote by its
 * inventory, a listing of staging, and the plan. Spark's settings are system properties. Arguments:
 * the settings file, the manifest, the asset's shape, its number of rows, the folder of the
 * ledgers, and the file for what was measured, names to numbers. Of each shape but the plain one it
 * measures too how far the driver's heap has grown, by a collection every other second.
 */
final class PlanningRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN = "planning";
  private static final int GARBAGE_COLLECTIONS = 3;
  private static final double MEBIBYTE = 1 << 20;
  private static final long CPU_NANOS = 100_000_000L;
  private static final long HEAP_NANOS = 2_000_000_000L;

  /** Without and with rows that need a person. */
  private static final Set<Integer> DONE =
      Set.of(ExitCode.DONE.value(), ExitCode.NEEDS_PERSON.value());

  private PlanningRun() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    Shape shape = Shape.valueOf(args[2]);
    long rows = Long.parseLong(args[3]);
    Watch watch = Watch.start(shape != Shape.PLAIN);
    long start = System.nanoTime();
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
    double cpu = watch.cpuSeconds();
    measured.put("all, CPU", cpu);
    measured.put("CPU of a row", cpu * 1e6 / rows);
    Path run = Path.of(args[4]).resolve("run_id=" + RUN);
    JsonNode report = JSON.readTree(run.resolve("report.json").toFile());
    Map<Outcome, Long> outcomes = outcomes(report);
    if (!DONE.contains(ran.exitCode()) || !outcomes.equals(shape.outcomes(rows))) {
      throw new IllegalStateException("The outcomes were " + outcomes + ": " + ran);
    }
    measured.putAll(StageProcess.phases(run));
    measured.put("LIST requests", report.at("/requests/LIST").asDouble());
    measured.put(
        "heap of the driver after GC", heapAfterGarbageCollections(GARBAGE_COLLECTIONS) / MEBIBYTE);
    if (shape != Shape.PLAIN) {
      measured.put("heap of the driver after GC, most", watch.mostHeapBytes.get() / MEBIBYTE);
    }
    JSON.writeValue(Path.of(args[5]).toFile(), measured);
    System.exit(0);
  }

  /** Returns what this process, the driver, and its children, the executors, have taken so far. */
  static double cpuSeconds() {
    return processes()
            .flatMap(process -> process.info().totalCpuDuration().stream())
            .mapToLong(Duration::toMillis)
            .sum()
        / 1e3;
  }

  private static Stream<ProcessHandle> processes() {
    ProcessHandle driver = ProcessHandle.current();
    return Stream.concat(Stream.of(driver), driver.descendants());
  }

  /** Returns the rows of each outcome that has any. */
  private static Map<Outcome, Long> outcomes(JsonNode report) {
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, report.at("/outcomes/" + outcome + "/rows").asLong());
    }
    outcomes.values().removeIf(rows -> rows == 0);
    return outcomes;
  }

  /** Looks, while the run lasts, at what is gone when it ends: executors, and what is collected. */
  private static final class Watch {
    private final Map<Long, Long> cpuMillis = new ConcurrentHashMap<>();
    private final AtomicLong mostHeapBytes = new AtomicLong();
    private final double cpuAtStart;

    private Watch() {
      cpuAtStart = lookAtCpu();
    }

    static Watch start(boolean alsoHeap) {
      Watch watch = new Watch();
      repeat(CPU_NANOS, watch::lookAtCpu);
      if (alsoHeap) {
        repeat(
            HEAP_NANOS,
            () -> watch.mostHeapBytes.accumulateAndGet(heapAfterGarbageCollections(1), Math::max));
      }
      return watch;
    }

    private static void repeat(long nanos, Runnable look) {
      Thread thread =
          new Thread(
              () -> {
                while (true) {
                  look.run();
                  LockSupport.parkNanos(nanos);
                }
              },
              "watch");
      thread.setDaemon(true);
      thread.start();
    }

    double cpuSeconds() {
      return lookAtCpu() - cpuAtStart;
    }

    /** Returns what the driver and all executors have taken, as far as they were seen. */
    private double lookAtCpu() {
      processes()
          .forEach(
              process ->
                  process
                      .info()
                      .totalCpuDuration()
                      .ifPresent(cpu -> cpuMillis.merge(process.pid(), cpu.toMillis(), Math::max)));
      return cpuMillis.values().stream().mapToLong(millis -> millis).sum() / 1e3;
    }
  }

  /** Bytes. */
  private static long heapAfterGarbageCollections(int times) {
    for (int i = 0; i < times; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
