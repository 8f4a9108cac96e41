package org.assetstager.command;

import java.io.PrintWriter;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.pipeline.StageRun;
import org.assetstager.report.Amounts;
import org.assetstager.report.ExitCode;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsLoader;
import org.assetstager.upload.UploadLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code abandon}: aborts the multipart uploads that a run which broke off has left open. */
@Command(
    name = "abandon",
    description = {
      "Aborts the multipart uploads that a run left open, if nobody will resume the run.",
      "Until then the store keeps their parts and charges for them. Staged content stays. If you"
          + " resume the run after all, it uploads the contents of these uploads again.",
      "If a commit of the run left uploads open in the remote, abandon only lists them, because it"
          + " can't write there."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Example:", "  ${COMMAND-FULL-NAME} --run nightly-1 --config conf/stage.conf"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public final class AbandonCommand implements Checked {
  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private RunOption runOption;

  @Override
  public void check() {
    settingsOptions.load();
  }

  @Override
  public Integer call() {
    Settings settings = settingsOptions.load();
    return SparkContexts.run("abandon", spark -> abandon(spark, settings));
  }

  private int abandon(JavaSparkContext spark, Settings settings) {
    RunFolder folder = runOption.folder(spark, settings.ledgerPath());
    RunDescription run = RunOption.description(folder);
    if (run.settingsFingerprint().isEmpty()) {
      throw JobFailure.input(
          "The folder " + folder.location() + " is that of a commit or a snapshot, not of a run",
          "Name a run. A commit ends by commit --resume, which aborts what it has left open; a"
              + " snapshot opens no upload");
    }
    String ledgerPath = SettingsLoader.resolveLedgerPath(settings.ledgerPath(), spark.isLocal());
    StageRun.requireSameSettings(
        folder,
        run,
        settings.withLedgerPath(ledgerPath),
        "Give the same settings; only credentials, limits and timeouts may differ");
    try (RunLock lock = RunLock.take(folder)) {
      print(run.runId(), new UploadLog(folder).abortAll(settings));
    }
    printCommits(folder);
    return ExitCode.DONE.value();
  }

  private void print(String runId, List<String> keys) {
    PrintWriter out = spec.commandLine().getOut();
    if (keys.isEmpty()) {
      out.println("The run " + runId + " has left no upload open; nothing was done.");
      return;
    }
    keys.forEach(key -> out.println("aborted  " + key));
    out.println(
        "The run "
            + runId
            + " had left "
            + Amounts.count(keys.size(), "upload")
            + (keys.size() == 1 ? " open; it is aborted." : " open; all are aborted."));
  }

  private void printCommits(RunFolder run) {
    for (FileStatus file : run.list("commits")) {
      RunFolder commit = run.at(file.getPath().toString());
      int open = new UploadLog(commit).open().size();
      if (open > 0) {
        spec.commandLine()
            .getOut()
            .println(
                "The commit "
                    + commit.name()
                    + " has left "
                    + Amounts.count(open, "upload")
                    + " open in the remote. Not aborted: end the run's last commit by commit"
                    + " --resume; others are left to the bucket's lifecycle rule.");
      }
    }
  }
}
