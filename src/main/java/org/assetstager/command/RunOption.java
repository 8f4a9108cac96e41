package org.assetstager.command;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.pipeline.StageRun;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsLoader;
import org.assetstager.spark.PlainFiles;
import picocli.CommandLine.Option;

/** Which run a command is about. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RunOption {
  /** What says where keys lie; a server may well have another name by now. */
  private static final List<String> PLACE =
      List.of("remote.bucket", "remote.prefix", "staging.bucket", "staging.prefix");

  private static final List<String> SERVERS = List.of("remote.endpoint", "staging.endpoint");

  @Option(
      names = "--run",
      required = true,
      paramLabel = "R",
      description =
          "the run: its id (below ledger.path in the settings), or its folder"
              + " <ledger.path>/run_id=<id>. Write a folder in the working directory as ./NAME")
  private String run;

  /** Whether the run is named by its id, so that the settings have to say where it lies. */
  boolean isId() {
    return StageRun.isRunId(run);
  }

  /**
   * Returns the run's folder; it need not be there.
   *
   * @param ledgerPath of the settings, as written there; not looked at where the run is named by
   *     its folder
   */
  RunFolder folder(JavaSparkContext spark, String ledgerPath) {
    return folder("--run", run, spark, ledgerPath);
  }

  /**
   * As the other one.
   *
   * @param option that names the run, for messages
   */
  static RunFolder folder(String option, String run, JavaSparkContext spark, String ledgerPath) {
    Configuration configuration = spark.hadoopConfiguration();
    return StageRun.isRunId(run)
        ? new RunFolder(
            SettingsLoader.resolveLedgerPath(ledgerPath, spark.isLocal()), run, configuration)
        : new RunFolder(PlainFiles.named(option, run, configuration).toString(), configuration);
  }

  /**
   * Reads what a run was started with.
   *
   * @throws JobFailure of kind INPUT if the folder is that of no run
   */
  static RunDescription description(RunFolder folder) {
    return RunDescription.find(folder)
        .orElseThrow(
            () ->
                JobFailure.input(
                    "There is no run in " + folder.location(),
                    "Name a run by its id, or by its folder <ledger.path>/run_id=<id>;"
                        + " 'asset-stager runs' lists them"));
  }

  /**
   * Returns what the settings say of where keys lie and of the servers, by the settings' names:
   * what an audit has seen says nothing of a bucket of the same name on another server.
   */
  static Map<String, String> places(Settings settings) {
    Map<String, String> now = settings.describe();
    return Stream.concat(PLACE.stream(), SERVERS.stream())
        .collect(Collectors.toMap(name -> name, name -> "" + now.get(name)));
  }

  /**
   * Makes sure that the settings name the places that a run staged with: in others everything would
   * seem to be lost.
   *
   * @throws JobFailure of kind INPUT if they don't
   */
  static void requireSamePlaces(RunFolder folder, Settings settings) {
    requireSame(PLACE, folder, settings, "Use the settings of that run for it");
  }

  /**
   * Makes sure that the settings name the servers that a run staged with: files are deleted by what
   * they hold, and another one, as for rehearsals, may hold the same.
   *
   * @throws JobFailure of kind INPUT if they don't
   */
  static void requireSameServers(RunFolder folder, Settings settings) {
    requireSame(
        SERVERS,
        folder,
        settings,
        "Use the settings of that run for it. If its server has another name by now, stage the"
            + " manifest again, which uploads nothing twice, and name the new run");
  }

  private static void requireSame(
      List<String> names, RunFolder folder, Settings settings, String remedy) {
    Map<String, String> then = description(folder).settings();
    Map<String, String> now = settings.describe();
    for (String name : names) {
      if (!Objects.equals(now.get(name), then.get(name))) {
        throw JobFailure.input(
            "The run staged with " + name + " = " + then.get(name) + ", not " + now.get(name),
            remedy);
      }
    }
  }
}
