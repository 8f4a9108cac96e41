package org.assetstager.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assetstager.Commands;
import org.assetstager.testing.EmbeddedS3;

/** Runs the job's commands in this JVM, on all of its cores, and reads what the phases took. */
final class StageInJvm {
  private final Path folder;
  private final Path settings;
  private int runs;

  /**
   * Makes an empty folder, with settings of empty buckets.
   *
   * @param folder for all that is written
   * @param more lines for the settings file
   */
  StageInJvm(Path folder, String... more) throws IOException {
    this.folder = folder.toAbsolutePath();
    BenchFiles.delete(folder);
    Files.createDirectories(folder);
    System.setProperty("spark.master", "local[*]");
    System.setProperty("spark.ui.enabled", "false");
    EmbeddedS3 server = EmbeddedS3.shared();
    String bucket =
        "bucket = %s, endpoint = \"%s\", credentials { access-key = %s, secret-key = %s }";
    this.settings =
        Files.writeString(
            this.folder.resolve("stage.conf"),
            "asset-stager {\nremote { %s }\nstaging { %s }\nledger.path = \"%s\"\n%s\n}\n"
                .formatted(
                    bucket(bucket, EmbeddedS3.REMOTE, server),
                    bucket(bucket, EmbeddedS3.STAGING, server),
                    this.folder.resolve("ledgers"),
                    String.join("\n", more)));
  }

  private static String bucket(String pattern, String name, EmbeddedS3 server) {
    return pattern.formatted(name, server.endpoint(), server.userKey(), server.userSecret());
  }

  /** Makes a manifest of all files below a root. */
  void snapshot(Path root, Path manifest) {
    run(List.of("snapshot", root.toString(), "--top-hash", "bench", "--out", manifest.toString()));
  }

  /** Runs {@code stage} and returns the seconds of each of its phases. */
  Map<String, Double> stage(Path manifest, String... more) throws IOException {
    return StageProcess.phases(runFolder(manifest, more));
  }

  /** Runs {@code stage} and returns its run's folder. */
  Path runFolder(Path manifest, String... more) {
    String runId = "bench-" + runs++;
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "stage",
                "--config",
                settings.toString(),
                "--manifest",
                manifest.toUri().toString(),
                "--run-id",
                runId));
    arguments.addAll(List.of(more));
    run(arguments);
    return folder.resolve("ledgers/run_id=" + runId);
  }

  private static void run(List<String> arguments) {
    Commands.Ran ran = Commands.runAlone(arguments.toArray(String[]::new));
    if (ran.exitCode() != 0) {
      throw new IllegalStateException(arguments + " ended badly: " + ran);
    }
  }

  /** Removes the folder. */
  void delete() throws IOException {
    BenchFiles.delete(folder);
  }
}
