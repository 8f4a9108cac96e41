package org.assetstager.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Estimates of a dry run that probes, beside the run itself: small files on a server that is slow
 * to answer, large ones on a server of little bandwidth. Arguments: the folder of the results, and
 * how many rounds.
 */
public final class ProbeBench {
  private static final String[] BUCKETS = {"bucket", "remote", "bucket", "staging"};

  private final Path work;
  private final Figures figures;

  private ProbeBench(Path work, Figures figures) {
    this.work = work;
    this.figures = figures;
  }

  /** Runs all. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).toAbsolutePath();
    Figures figures = new Figures(folder, "probe");
    figures.fact("rounds", args[1]);
    ProbeBench bench = new ProbeBench(folder.resolve("probe"), figures);
    try {
      for (int round = 0; round < Integer.parseInt(args[1]); round++) {
        bench.measure("small", 1_000, 4_096, List.of("delay", "500"));
        bench.measure("large", 6, 40 << 20, List.of("bandwidth", "10000000"));
      }
    } finally {
      BenchFiles.delete(bench.work);
    }
    figures.write();
    // Spark's threads would keep the JVM.
    System.exit(0);
  }

  private void measure(String name, int files, long bytes, List<String> server) throws IOException {
    figures.fact(name, files + " of " + bytes + " bytes, server with " + String.join(" ", server));
    List<String> arguments = new ArrayList<>(List.of(BUCKETS));
    arguments.addAll(server);
    try (BenchS3Server.Running running = BenchS3Server.Running.start(arguments)) {
      String endpoint = "endpoint = \"" + running.endpoint() + "\"";
      StageInJvm job =
          new StageInJvm(work, "remote { " + endpoint + " }", "staging { " + endpoint + " }");
      Path root = Files.createDirectories(work.resolve("files"));
      BenchFiles.write(root, files, bytes);
      Path manifest = work.resolve("manifest");
      job.snapshot(root, manifest);
      JsonNode estimate =
          new ObjectMapper()
              .readTree(
                  job.runFolder(manifest, "--dry-run", "--probe").resolve("report.json").toFile())
              .required("estimate");
      System.out.println(estimate.get("probe").toPrettyString());
      String transfer = name + ", transfer";
      figures.add(transfer, "s", null, job.stage(manifest).get("transfer"));
      figures.add(
          name + ", estimate", "s", transfer, estimate.required("upload_seconds").asDouble());
    }
  }
}
