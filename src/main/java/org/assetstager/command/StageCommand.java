package org.assetstager.command;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.pipeline.Failures;
import org.assetstager.pipeline.Interruption;
import org.assetstager.pipeline.KnownProblems;
import org.assetstager.pipeline.OnFinish;
import org.assetstager.pipeline.StageOptions;
import org.assetstager.pipeline.StageReport;
import org.assetstager.pipeline.StageRun;
import org.assetstager.run.OvertakenException;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.assetstager.s3.SdkVersion;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsLoader;
import org.assetstager.upload.Preflight;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code stage}: finds out what is new, and stages it. */
@Command(
    name = "stage",
    description =
        "Verifies the files of a manifest and uploads to staging what neither bucket has.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Example:",
      "  ${COMMAND-FULL-NAME} --manifest /data/a.jsonl \\",
      "    --config conf/stage.conf --dry-run"
    })
public final class StageCommand implements Checked {
  /** What {@code --manifest-format} names. */
  enum ManifestFormat {
    AUTO,
    AMA;

    /** Returns it as people type it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String DATE = "{date}";

  private final Output output;

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private DisplayOptions display;
  @Mixin private DryRunOptions dryRunOptions;
  @Mixin private ProblemOptions problemOptions;

  @Option(
      names = "--manifest",
      arity = "1..*",
      paramLabel = "P",
      description =
          "manifest files, folders with _SUCCESS, or globs, of any Hadoop file system; not needed"
              + " with --resume")
  private List<String> manifests = new ArrayList<>();

  @Option(
      names = "--manifest-format",
      defaultValue = "auto",
      paramLabel = "FORMAT",
      description =
          "auto: JSON Lines (plain, .gz, .zst) or Parquet, by the file's name; ama: the"
              + " manifests in a repo of AMA. Default: ${DEFAULT-VALUE}")
  private ManifestFormat manifestFormat;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "absolute root of rows that name none")
  private @Nullable String root;

  @Option(
      names = "--max-invalid",
      paramLabel = "N",
      description =
          "stop before the first upload if there are more than N bad rows. Default: no limit")
  private @Nullable Long maxInvalid;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description =
          "name of the run. If you start it again with the same manifest and settings, the run"
              + " continues where it stopped, or says that it is done and returns the same exit"
              + " code. "
              + DATE
              + " in it is replaced by today's date (UTC), for schedulers that can't do that."
              + " Default: the time and a few digits")
  private @Nullable String runId;

  @Option(
      names = "--resume",
      paramLabel = "ID",
      description = "continue a run that was killed, failed or was interrupted")
  private @Nullable String resume;

  @Option(
      names = "--ledger-format",
      paramLabel = "FORMAT",
      description =
          "parquet, or iceberg: the run also adds its ledger to a table of all runs. Overrides the"
              + " setting ledger.format")
  private @Nullable LedgerFormat ledgerFormat;

  @Option(
      names = "--keep-steps",
      description =
          "keep the records of the run's steps after its end, for debugging; they are about as"
              + " large as the ledger")
  private boolean keepSteps;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public StageCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    requireUsage();
    String id = resume == null ? runId : resume;
    if (id != null) {
      StageRun.requireRunId(resume == null ? withDate(id) : id);
    }
    settingsOptions.load(overrides());
  }

  @Override
  public Integer call() {
    display.begin(spec);
    requireUsage();
    if (resume == null) {
      runId = runId == null ? RunFolder.newId(Instant.now()) : withDate(runId);
    }
    Settings settings = settingsOptions.load(overrides());
    RunIdInLogs.take(resume == null ? runId : resume);
    OnFinish onFinish = new OnFinish(options(settings), spec.commandLine().getOut());
    try {
      return start(settings, onFinish);
    } catch (Exception e) {
      onFinish.tellOfFailure(e);
      throw e;
    }
  }

  private static String withDate(String id) {
    return id.replace(DATE, LocalDate.now(ZoneOffset.UTC).toString());
  }

  private int start(Settings settings, OnFinish onFinish) {
    SdkVersion.requireAtLeastOurs();
    try (BackgroundCheck preflight =
        BackgroundCheck.start("preflight", () -> Preflight.check(settings))) {
      return SparkContexts.run(
          "stage",
          spark -> {
            String ledgerPath =
                SettingsLoader.resolveLedgerPath(settings.ledgerPath(), spark.isLocal());
            return stage(spark, options(settings.withLedgerPath(ledgerPath)), preflight, onFinish);
          });
    }
  }

  private List<String> overrides() {
    return ledgerFormat == null ? List.of() : List.of("ledger.format=" + ledgerFormat);
  }

  private void requireUsage() {
    if (resume == null && manifests.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Missing --manifest: name a manifest to stage, or a run to --resume");
    }
    if (resume != null && runId != null) {
      throw new ParameterException(
          spec.commandLine(), "--run-id names a run, and so does --resume: give one of them");
    }
    if (maxInvalid != null && maxInvalid < 0) {
      throw new ParameterException(
          spec.commandLine(), "--max-invalid " + maxInvalid + " is negative");
    }
    dryRunOptions.requireUsage(spec.commandLine());
    problemOptions.requireUsage(spec.commandLine());
  }

  private StageOptions options(Settings settings) {
    return new StageOptions(
        List.copyOf(manifests),
        manifestFormat == ManifestFormat.AMA,
        root,
        maxInvalid,
        dryRunOptions.dryRun(),
        dryRunOptions.probeSeconds(),
        runId,
        resume,
        keepSteps,
        display.progress(),
        display.quiet(),
        display.verbose(),
        display.events(output),
        settingsOptions.fileAgain(),
        again(),
        settings);
  }

  /** Returns the words of a command that resumes the run, but for its id and settings file. */
  private List<String> again() {
    List<String> again = new ArrayList<>(settingsOptions.changesAgain());
    again.addAll(dryRunOptions.again());
    if (ledgerFormat != null) {
      again.addAll(List.of("--ledger-format", ledgerFormat.toString().toLowerCase(Locale.ROOT)));
    }
    again.addAll(problemOptions.again());
    return again;
  }

  private int stage(
      JavaSparkContext spark, StageOptions options, BackgroundCheck preflight, OnFinish onFinish) {
    StageRun prepared = StageRun.prepare(spark, options);
    StageRun run =
        problemOptions.of(prepared, spark, options.settings().ledgerPath(), resume != null);
    // Before the run is begun, which needs it at its end.
    KnownProblems known = KnownProblems.of(run, prepared.description().knownProblems());
    onFinish.isOf(run);
    RunIdInLogs.begin(spark.sc(), run.description().runId());
    PrintWriter out = spec.commandLine().getOut();
    StageReport report = new StageReport(spark, options, run, known, onFinish, out);
    try (DisplayOptions.Logs quiet = display.logs()) {
      int code = stage(options, run, report, preflight, onFinish);
      output.mayBeLost("The run has ended; its results are in " + run.folder().location());
      return code;
    }
  }

  private int stage(
      StageOptions options,
      StageRun run,
      StageReport report,
      BackgroundCheck preflight,
      OnFinish onFinish) {
    PrintWriter out = spec.commandLine().getOut();
    OptionalInt doneBefore = report.printAgain();
    if (doneBefore.isPresent()) {
      return doneBefore.getAsInt();
    }
    preflight.requirePassed();
    run.folder().create();
    boolean begun = run.resumed();
    try (RunLock lock = RunLock.take(run.folder());
        Interruption interruption =
            new Interruption(
                options.resumeCommand(run.description().runId()),
                out,
                report::interrupted,
                report.patience())) {
      run.record();
      begun = true;
      // Another driver may have ended it while this one waited for the lock.
      OptionalInt doneMeanwhile = report.printAgain();
      if (doneMeanwhile.isPresent()) {
        return doneMeanwhile.getAsInt();
      }
      display.news(out).println("settings  " + settingsOptions.file());
      run.print(display.news(out));
      return report.execute(lock);
    } catch (Exception e) {
      if (display.quiet()) {
        // Who has to act must know on which run.
        run.print(spec.commandLine().getErr());
      }
      if (e instanceof RunLock.HeldException || e instanceof OvertakenException) {
        // The run goes on: its other driver tells how it ends.
        onFinish.tellNothing();
        throw e;
      }
      if (begun) {
        throw Failures.explain(e).goOnWith(options.resumeCommand(run.description().runId()));
      }
      throw e;
    }
  }
}
