package org.assetstager.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The job as its users start it, by {@code scripts/asset-stager}. */
final class StageProcess {
  private final Path folder;
  private final Path settings;
  private @Nullable Path manifest;
  private int runs;

  /**
   * Writes the settings, and makes the class data that spare each start the loading of classes.
   *
   * @param folder for settings, manifest and ledgers
   */
  StageProcess(Path folder, BenchStore store) throws IOException, InterruptedException {
    this.folder = folder;
    String side =
        """
        { bucket = %s, endpoint = "%s"
          credentials { access-key = "%s", secret-key = "%s" } }
        """;
    this.settings =
        Files.writeString(
            folder.resolve("stage.conf"),
            "asset-stager.remote "
                + side.formatted(
                    BenchStore.REMOTE, store.endpoint(), BenchStore.KEY, BenchStore.SECRET)
                + "asset-stager.staging "
                + side.formatted(
                    BenchStore.STAGING, store.endpoint(), BenchStore.KEY, BenchStore.SECRET)
                + "asset-stager.ledger.path = \"%s\"\n"
                    .formatted(folder.resolve("ledger").toUri()));
    TimedCommand.run(folder.resolve("class-data.log"), Map.of(), List.of("scripts/class-data"));
  }

  /**
   * Has the following runs stage all files below a root; makes their manifest at the first call.
   */
  void snapshot(Path root) throws IOException, InterruptedException {
    Path of = folder.resolve("manifest-" + root.getFileName());
    if (!Files.exists(of)) {
      run(List.of("snapshot", root.toString(), "--top-hash", "bench", "--out", of.toString()));
    }
    manifest = of;
  }

  /**
   * What a run took.
   *
   * @param phases seconds of each, in their order
   */
  record Run(TimedCommand whole, Map<String, Double> phases) {
    /** Returns the seconds of all phases. */
    double allPhases() {
      return phases.values().stream().mapToDouble(seconds -> seconds).sum();
    }
  }

  /**
   * Stages the manifest. Fails unless every content ends up staged or known.
   *
   * @param changes settings, {@code name=value}
   */
  Run stage(String... changes) throws IOException, InterruptedException {
    String runId = "bench-" + ++runs;
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "stage",
                "--manifest",
                Objects.requireNonNull(manifest).toString(),
                "--config",
                settings.toString(),
                "--run-id",
                runId));
    for (String change : changes) {
      arguments.addAll(List.of("--set", change));
    }
    TimedCommand whole = run(arguments);
    Path run = folder.resolve("ledger").resolve("run_id=" + runId);
    Map<String, Double> phases = phases(run);
    BenchFiles.delete(run);
    return new Run(whole, phases);
  }

  /** Returns the seconds of each phase of a finished run, in their order, from its folder. */
  static Map<String, Double> phases(Path run) throws IOException {
    JsonNode report = new ObjectMapper().readTree(run.resolve("report.json").toFile());
    Map<String, Double> seconds = new LinkedHashMap<>();
    report
        .required("phases")
        .properties()
        .forEach(phase -> seconds.put(phase.getKey(), phase.getValue().get("seconds").asDouble()));
    return seconds;
  }

  private TimedCommand run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("scripts/asset-stager"));
    command.addAll(arguments);
    return TimedCommand.run(folder.resolve(arguments.get(0) + ".log"), Map.of(), command);
  }
}
