package org.assetstager.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Verifies and digests files from the page cache, in turn with {@code md5sum} on as many cores.
 * Arguments: the folder of the results, how many rounds, and which of {@link #SETS} (all without).
 */
public final class VerifyBench {
  private static final int MIB = 1 << 20;

  /** Equally large files. */
  private record FileSet(int count, long bytes) {}

  private static final Map<String, List<FileSet>> SETS =
      Map.of(
          "medium", List.of(new FileSet(20_000, 256 << 10), new FileSet(4, 256L * MIB)),
          "small", List.of(new FileSet(200_000, 1 << 10)),
          "giant", List.of(new FileSet(1, 8192L * MIB)));

  private VerifyBench() {}

  /** Runs all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path results = Path.of(args[0]);
    int rounds = Integer.parseInt(args[1]);
    boolean cold = true;
    for (String set : args.length > 2 ? List.of(args[2]) : List.of("medium", "small", "giant")) {
      measure(results, rounds, set, cold);
      cold = false;
    }
    System.exit(0);
  }

  private static void measure(Path results, int rounds, String set, boolean cold)
      throws IOException, InterruptedException {
    Figures figures = new Figures(results, "verify-" + set);
    figures.fact("rounds", String.valueOf(rounds));
    figures.fact("files", SETS.get(set).toString());
    StageInJvm bench = new StageInJvm(results.resolve("verify"));
    try {
      Path files = results.resolve("verify/files").toAbsolutePath();
      for (FileSet equal : SETS.get(set)) {
        BenchFiles.write(files, equal.count(), equal.bytes());
      }
      Path manifest = withoutMd5(snapshot(files, results.resolve("verify")));
      String peer = "find | xargs -P <cores> -n 64 md5sum";
      double first = bench.stage(manifest, "--dry-run").get("digest");
      if (cold) {
        figures.add("digest, first in its JVM", "s", peer, first);
      }
      for (int round = 0; round < rounds; round++) {
        figures.add(peer, "s", peer, md5sum(files, results.resolve("verify/md5sums")));
        Map<String, Double> phases = bench.stage(manifest, "--dry-run");
        figures.add("digest", "s", peer, phases.get("digest"));
      }
    } finally {
      bench.delete();
    }
    figures.write();
  }

  /** Writes the manifest in another JVM, so that this one is cold. */
  private static Path snapshot(Path files, Path folder) throws IOException, InterruptedException {
    Path manifest = folder.resolve("manifest").toAbsolutePath();
    List<String> command =
        List.of(
            "scripts/asset-stager",
            "snapshot",
            files.toString(),
            "--top-hash",
            "bench",
            "--out",
            manifest.toString());
    TimedCommand.run(folder.resolve("snapshot.log"), Map.of(), command);
    return manifest;
  }

  /** Returns the same rows without MD5s, whose files are read before the plan. */
  private static Path withoutMd5(Path manifest) throws IOException {
    Path without = manifest.resolveSibling("manifest.jsonl");
    try (Stream<Path> parts = Files.list(manifest);
        BufferedWriter out = Files.newBufferedWriter(without)) {
      for (Path part : parts.filter(file -> file.toString().endsWith(".json")).toList()) {
        for (String line : Files.readAllLines(part)) {
          out.append(line.replaceAll(",?\"md5\":\"[^\"]*\"", "")).append("\n");
        }
      }
    }
    return without;
  }

  private static double md5sum(Path files, Path output) throws IOException, InterruptedException {
    String cores = String.valueOf(Runtime.getRuntime().availableProcessors());
    List<String> command =
        List.of(
            "bash",
            "-c",
            "find \"$1\" -type f -print0 | xargs -0 -P \"$2\" -n 64 md5sum",
            "bash",
            files.toString(),
            cores);
    return TimedCommand.run(output, Map.of(), command).wallSeconds();
  }
}
