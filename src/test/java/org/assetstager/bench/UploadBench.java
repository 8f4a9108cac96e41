package org.assetstager.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Uploads many small and some large files to a server on this machine, by the job and by its peers
 * in turn, each into an empty bucket. Arguments: the folder of the results, and how many rounds.
 * The sizes come from the environment: see {@code scripts/bench}.
 */
public final class UploadBench {
  private static final String FASTEST = "fastest peer";
  private static final String LEANEST = "leanest peer, CPU";

  /** A peer that takes so many times as long as the fastest is measured in the first round only. */
  private static final double FAR_BEHIND = 1.5;

  private UploadBench() {}

  /** Runs all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]).toAbsolutePath();
    int rounds = Integer.parseInt(args[1]);
    Path work = folder.resolve("upload");
    BenchFiles.delete(work);
    Path root = Files.createDirectories(work.resolve("files"));
    Figures figures = new Figures(folder, "upload");
    figures.fact("rounds", args[1]);
    figures.fact("server", BenchStore.name());
    figures.fact("peers", BenchPeers.versions());
    try (BenchStore store = BenchStore.start(work.resolve("s3"))) {
      write(figures, root, "BENCH_SMALL", "50000 16384");
      write(figures, root, "BENCH_LARGE", "64 67108864");
      StageProcess job = new StageProcess(work, store);
      job.snapshot(root);
      measure(
          figures,
          rounds,
          store,
          job,
          new BenchPeers(work.resolve("peer.log"), root, store.endpoint()));
    } finally {
      BenchFiles.delete(work);
    }
    figures.write();
  }

  private static void write(Figures figures, Path root, String name, String usual)
      throws IOException {
    String[] countAndBytes = System.getenv().getOrDefault(name, usual).split(" ", -1);
    figures.fact(name, countAndBytes[0] + " of " + countAndBytes[1] + " bytes");
    BenchFiles.write(root, Integer.parseInt(countAndBytes[0]), Long.parseLong(countAndBytes[1]));
  }

  private static void measure(
      Figures figures, int rounds, BenchStore store, StageProcess job, BenchPeers peers)
      throws IOException, InterruptedException {
    List<String> names = BenchPeers.installed();
    for (int round = 0; round < rounds; round++) {
      Map<String, TimedCommand> times = new HashMap<>();
      for (String name : names) {
        store.empty();
        TimedCommand time = peers.copy(name, BenchStore.STAGING);
        times.put(name, time);
        figures.add(name, "s", null, time.wallSeconds());
        figures.add(name + ", CPU", "s", null, time.cpuSeconds());
      }
      double fastest =
          times.values().stream().mapToDouble(TimedCommand::wallSeconds).min().orElseThrow();
      figures.add(FASTEST, "s", null, fastest);
      figures.add(
          LEANEST,
          "s",
          null,
          times.values().stream().mapToDouble(TimedCommand::cpuSeconds).min().orElseThrow());
      if (round == 0) {
        names =
            names.stream()
                .filter(name -> times.get(name).wallSeconds() <= FAR_BEHIND * fastest)
                .toList();
        figures.fact("peers of all rounds", String.join(", ", names));
      }

      store.empty();
      StageProcess.Run ours = job.stage();
      ours.phases().forEach((phase, seconds) -> figures.add("phase " + phase, "s", null, seconds));
      figures.add("transfer", "s", FASTEST, ours.phases().get("transfer"));
      figures.add("whole job", "s", FASTEST, ours.whole().wallSeconds());
      figures.add("whole job, CPU", "s", LEANEST, ours.whole().cpuSeconds());
    }
  }
}
