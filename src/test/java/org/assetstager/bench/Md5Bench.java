package org.assetstager.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
 * Runs {@link Md5Benchmark} in JVMs of their own, the peer and ours in turn. Arguments: the folder
 * of the results, and how many rounds.
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
    Figures figures = new Figures(folder, "md5");
    figures.fact("rounds", args[1]);
    for (int round = 0; round < rounds; round++) {
      for (String vectors : List.of("512 bits", "256 bits")) {
        for (String state : List.of("warm", "cold")) {
          for (String kind : KINDS) {
            String name = vectors + ", " + state + ", ";
            figures.add(
                name + kind,
                "GB/s",
                name + KINDS.get(0),
                gigabytesPerSecond(kind, VECTORS.get(vectors), state.equals("cold")));
          }
        }
      }
    }
    figures.write();
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
}
