package org.assetstager.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stages what is staged already, by the job with both ways to verify and by rclone in turn, which
 * compares checksums too. Arguments: the folder of the results, and how many rounds.
 */
public final class SecondBench {
  private static final String PEER = "rclone copy --checksum";

  private SecondBench() {}

  /** Runs all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]).toAbsolutePath();
    int rounds = Integer.parseInt(args[1]);
    Path work = folder.resolve("second");
    BenchFiles.delete(work);
    Path root = Files.createDirectories(work.resolve("files"));
    String[] countAndBytes =
        System.getenv().getOrDefault("BENCH_KNOWN", "200000 1024").split(" ", -1);
    Figures figures = new Figures(folder, "second");
    figures.fact("rounds", args[1]);
    figures.fact("server", BenchStore.name());
    figures.fact("peers", BenchPeers.versions());
    figures.fact("files", countAndBytes[0] + " of " + countAndBytes[1] + " bytes");
    try (BenchStore store = BenchStore.start(work.resolve("s3"))) {
      BenchFiles.write(root, Integer.parseInt(countAndBytes[0]), Long.parseLong(countAndBytes[1]));
      StageProcess job = new StageProcess(work, store);
      job.snapshot(root);
      job.stage();
      BenchPeers peers = new BenchPeers(work.resolve("peer.log"), root, store.endpoint());
      peers.rclone(BenchStore.PEER, "--transfers", "32");
      for (int round = 0; round < rounds; round++) {
        TimedCommand peer = peers.rclone(BenchStore.PEER, "--checksum");
        figures.add(PEER, "s", null, peer.wallSeconds());
        figures.add(PEER + ", CPU", "s", null, peer.cpuSeconds());
        for (String digest : new String[] {"always", "trusted"}) {
          StageProcess.Run ours = job.stage("verify.digest=" + digest);
          ours.phases()
              .forEach(
                  (phase, seconds) -> figures.add(digest + ", phase " + phase, "s", null, seconds));
          figures.add(digest + ", all phases", "s", PEER, ours.allPhases());
          figures.add(digest + ", whole job", "s", PEER, ours.whole().wallSeconds());
          figures.add(digest + ", whole job, CPU", "s", PEER + ", CPU", ours.whole().cpuSeconds());
        }
      }
    } finally {
      BenchFiles.delete(work);
    }
    figures.write();
  }
}
