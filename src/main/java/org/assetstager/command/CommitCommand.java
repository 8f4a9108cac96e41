package org.assetstager.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.commit.CommitJob;
import org.assetstager.commit.CommitPreflight;
import org.assetstager.commit.CommitReport;
import org.assetstager.commit.CommitRun;
import org.assetstager.commit.CommitSummary;
import org.assetstager.commit.CommitTotals;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.pipeline.EndedRun;
import org.assetstager.pipeline.Failures;
import org.assetstager.pipeline.Interruption;
import org.assetstager.pipeline.Version;
import org.assetstager.progress.Phases;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import org.assetstager.report.Places;
import org.assetstager.report.Program;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShellWord;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.NamedFile;
import org.assetstager.run.OvertakenException;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFiles;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.SdkVersion;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code commit}: copies what a run has staged to the remote, with the asset server's key. */
@Command(
    name = "commit",
    description = {
      "Copies the content that a finished run has staged to the remote. For the asset server only.",
      "The store itself copies each object, and the job proves it before and after. This needs"
          + " commit.credentials, with the rights in conf/iam/server-policy.json. 'report --run"
          + " <folder of the commit>' prints the result again."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Example:",
      "  ${COMMAND-FULL-NAME} --run /shared/ledger/run_id=nightly-1 \\",
      "    --config server.conf --states-out states.json"
    })
public final class CommitCommand implements Checked {
  private static final String RECORDED_ETAGS = "commit.recorded-etags";

  private final Output output;

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private RunOption runOption;
  @Mixin private DisplayOptions display;

  @Option(names = "--resume", description = "continue the run's last commit, which broke off")
  private boolean resume;

  @Option(
      names = "--states-out",
      paramLabel = "F",
      description =
          "write a JSON file for the asset server: for each asset, the ids of the contents that are"
              + " in the remote now, with the state 'committed'")
  private @Nullable String statesOut;

  @Option(
      names = "--remove-staged",
      description =
          "delete objects from staging once their content is proved to be in the remote. Default:"
              + " leave them to the bucket's lifecycle rule")
  private boolean removeStaged;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public CommitCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    settingsOptions.load().asServer();
  }

  @Override
  public Integer call() {
    display.begin(spec);
    Settings settings = settingsOptions.load().asServer();
    SdkVersion.requireAtLeastOurs();
    try (BackgroundCheck preflight =
        BackgroundCheck.start("preflight", () -> CommitPreflight.check(settings))) {
      return SparkContexts.run("commit", spark -> commit(spark, settings, preflight));
    }
  }

  private int commit(JavaSparkContext spark, Settings settings, BackgroundCheck preflight) {
    RunFolder folder = runOption.folder(spark, settings.ledgerPath());
    RunOption.requireSamePlaces(folder, settings);
    RunReport ended = EndedRun.requireFinished(folder);
    preflight.requirePassed();
    Map<String, String> proving = new HashMap<>(RunOption.places(settings));
    proving.put(RECORDED_ETAGS, String.valueOf(settings.describe().get(RECORDED_ETAGS)));
    CommitRun run =
        resume
            ? CommitRun.last(folder, ended.runId(), removeStaged, proving)
            : CommitRun.begin(
                folder, ended.runId(), removeStaged, proving, spark.defaultParallelism());
    RunIdInLogs.begin(spark.sc(), ended.runId());
    run.folder().create();
    try (DisplayOptions.Logs quiet = display.logs();
        RunLock lock = RunLock.take(run.folder());
        Interruption interruption =
            new Interruption(
                resumeCommand(folder),
                spec.commandLine().getOut(),
                () -> {},
                Duration.ofSeconds(1))) {
      run.record();
      int code;
      try {
        code = commit(spark, settings, folder, ended, run);
      } catch (OvertakenException e) {
        throw e;
      } catch (Exception e) {
        throw Failures.explain(e).goOnWith(resumeCommand(folder));
      }
      output.mayBeLost("The commit has ended; its results are in " + run.folder().location());
      return code;
    }
  }

  private int commit(
      JavaSparkContext spark, Settings settings, RunFolder folder, RunReport ended, CommitRun run) {
    PrintWriter out = spec.commandLine().getOut();
    NamedFile states =
        statesOut == null
            ? null
            : new NamedFile("--states-out", statesOut, spark.hadoopConfiguration());
    RequestTotals requests = new RequestTotals(spark.sc());
    Phases phases =
        new Phases(spark.sc(), display.progress(), requests, null, display.events(output));
    StepCommits commits = new StepCommits(run.folder(), run.description().nonce());
    CommitJob job =
        new CommitJob(
            spark,
            settings,
            run,
            commits,
            LedgerFiles.of(spark, folder, ended.outcomes().rows()),
            ended.outcomes(),
            requests,
            phases);
    CommitReport before = CommitReport.read(run.folder()).orElse(null);
    PrintWriter news = display.news(out);
    if (before == null) {
      news.println("settings  " + settingsOptions.file());
      news.println("run id  " + ended.runId());
      news.println("commit  " + Places.path(run.folder().location()));
    } else {
      news.println("The commit " + run.id() + " is done; nothing is left to do.");
    }
    CommitTotals totals = before == null ? job.run() : job.ended();
    if (states != null) {
      phases.run("states", "write the states of the contents", () -> write(job, states));
    }
    CommitReport report = before == null ? report(run, totals, phases, requests, settings) : before;
    if (before == null) {
      report.end(run.folder(), commits);
    } else {
      StepCommits.restore(run.folder(), CommitReport.FILE);
    }
    boolean good = report.exitCode() == ExitCode.DONE.value();
    CommitSummary.print(report, totals, good ? news : out);
    StepFiles.deleteOrWarn(run.folder(), out);
    JsonLines events = display.events(output);
    if (events != null) {
      events.end(report.event());
    }
    return report.exitCode();
  }

  private String resumeCommand(RunFolder folder) {
    List<String> words =
        new ArrayList<>(List.of(Program.name(), "commit", "--resume", "--run", folder.location()));
    words.addAll(settingsOptions.again());
    if (removeStaged) {
      words.add("--remove-staged");
    }
    if (statesOut != null) {
      words.addAll(List.of("--states-out", statesOut));
    }
    return ShellWord.command(words);
  }

  private static CommitReport report(
      CommitRun run,
      CommitTotals totals,
      Phases phases,
      RequestTotals requests,
      Settings settings) {
    return new CommitReport(
        CommitReport.FORMAT,
        run.runId(),
        CommitReport.COMMAND,
        run.id(),
        Version.ofJob(),
        Version.ofSpark(),
        Instant.ofEpochMilli(run.description().startedAtMillis()).toString(),
        Instant.now().toString(),
        totals.exitCode().value(),
        run.folder().location(),
        totals.byOutcome(),
        totals.stagedRemoved(),
        phases.done().stream().mapToDouble(RunReport.Phase::seconds).sum(),
        requests.byKind(),
        settings.describe());
  }

  private static boolean write(CommitJob job, NamedFile states) {
    job.states().write(states);
    return true;
  }
}
