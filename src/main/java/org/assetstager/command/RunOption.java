package org.assetstager.command;

import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.spark.PlainFiles;
import picocli.CommandLine.Option;

/** Which run a command is about. */
final class RunOption {
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
}
