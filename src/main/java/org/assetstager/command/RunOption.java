package org.assetstager.command;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.Settings;
import org.assetstager.spark.PlainFiles;
import picocli.CommandLine.Option;

/** Which run a command is about. */
final class RunOption {
  /** What says where keys lie; a server may well have another name by now. */
  private static final List<String> PLACE =
      List.of("remote.bucket", "remote.prefix", "staging.bucket", "staging.prefix");

  @Option(
      names = "--run",
      required = true,
      paramLabel = "P",
      description = "the run's folder, <ledger.path>/run_id=<id>")
  private String location;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  RunOption() {}

  /** Returns the run's folder; it need not be there. */
  RunFolder folder(Configuration configuration) {
    return new RunFolder(
        PlainFiles.named("--run", location, configuration).toString(), configuration);
  }

  /**
   * Reads what a run was started with.
   *
   * @throws JobFailure of kind INPUT if the folder is that of no run
   */
  static RunDescription description(RunFolder folder) {
    return folder
        .readJson(RunDescription.FILE, RunDescription.class)
        .orElseThrow(
            () ->
                JobFailure.input(
                    "There is no run in " + folder.location(),
                    "Name the folder <ledger.path>/run_id=<id> of a run"));
  }

  /**
   * Makes sure that the settings name the places that a run staged with: in others everything would
   * seem to be lost.
   *
   * @throws JobFailure of kind INPUT if they don't
   */
  static void requireSamePlaces(RunFolder folder, Settings settings) {
    Map<String, String> then = description(folder).settings();
    Map<String, String> now = settings.describe();
    for (String name : PLACE) {
      if (!String.valueOf(now.get(name)).equals(then.get(name))) {
        throw JobFailure.input(
            "The run staged with " + name + " = " + then.get(name) + ", not " + now.get(name),
            "Name them as in the settings that it was run with");
      }
    }
  }
}
