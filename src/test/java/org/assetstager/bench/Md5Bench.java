package org.assetstager.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assetstager.digest.Md5Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs {@link Md5Benchmark} in JVMs of their own, the peer and ours in turn, and writes the medians
 * as {@code results.json} and a Markdown table. Arguments: the folder, and how many rounds.
 */
public final class Md5Bench {
  private static final List<String> KINDS =
      List.of("messageDigest", "oneChain", "wholeAndPart", "lanes");
  private static final Map<String, String> VECTORS =
      Map.of("512 bits", "-XX:UseAVX=3", "256 bits", "-XX:UseAVX=2");

  private Md5Bench() {}

  /** Runs all. */
  public static void main(String[] args) throws RunnerException, IOException {
    Path folder = Path.of(args[0]);
    int rounds = Integer.parseInt(args[1]);
    Map<String, List<Double>> runs = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (String vectors : List.of("512 bits", "256 bits")) {
        for (String state : List.of("warm", "cold")) {
          for (String kind : KINDS) {
            runs.computeIfAbsent(vectors + ", " + state + ", " + kind, key -> new ArrayList<>())
                .add(gigabytesPerSecond(kind, VECTORS.get(vectors), state.equals("cold")));
          }
        }
      }
    }
    write(folder, runs);
  }

  private static double gigabytesPerSecond(String kind, String flag, boolean cold)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(Md5Benchmark.class.getName() + "\\." + kind + "$")
            .forks(1)
            .jvmArgs("--add-modules=jdk.incubator.vector", flag);
    if (cold) {
      // The first 256 MiB of a JVM.
      options.mode(Mode.SingleShotTime).warmupIterations(0).measurementIterations(1);
      options.measurementBatchSize(256).timeUnit(TimeUnit.SECONDS);
    } else {
      options.mode(Mode.Throughput).timeUnit(TimeUnit.SECONDS);
      options.warmupIterations(3).warmupTime(TimeValue.seconds(1));
      options.measurementIterations(3).measurementTime(TimeValue.milliseconds(500));
    }
    double score = new Runner(options.build()).runSingle().getPrimaryResult().getScore();
    return cold ? 256.0 * Md5Benchmark.BYTES / score / 1e9 : score * Md5Benchmark.BYTES / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
  }

  private static void write(Path folder, Map<String, List<Double>> runs) throws IOException {
    StringBuilder table =
        new StringBuilder("| MD5 on one core | GB/s | x MessageDigest |\n|---|---|---|\n");
    List<String> json = new ArrayList<>();
    runs.forEach(
        (name, values) -> {
          String peer = name.substring(0, name.lastIndexOf(' ')) + " messageDigest";
          double median = median(values);
          double ratio = median / median(runs.get(peer));
          table.append(String.format(Locale.ROOT, "| %s | %.2f | %.2f |%n", name, median, ratio));
          json.add(
              String.format(
                  Locale.ROOT,
                  "{\"name\": \"md5: %s\", \"unit\": \"GB/s\", \"median\": %.3f, \"ratio\": %.3f,"
                      + " \"runs\": %s}",
                  name,
                  median,
                  ratio,
                  values));
        });
    Runtime runtime = Runtime.getRuntime();
    String machine =
        String.format(
            Locale.ROOT,
            "Java %s, %d cores, load %.1f at the end",
            Runtime.version(),
            runtime.availableProcessors(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    table.append("\n").append(machine).append("\n");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("results.md"), table);
    Files.writeString(
        folder.resolve("results.json"),
        "{\"machine\": \""
            + machine
            + "\", \"results\": [\n"
            + String.join(",\n", json)
            + "\n]}\n");
    System.out.println(table);
  }
}
