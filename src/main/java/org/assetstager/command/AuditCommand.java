package org.assetstager.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.Total;
import org.assetstager.audit.AuditProof;
import org.assetstager.audit.AuditReport;
import org.assetstager.audit.AuditScope;
import org.assetstager.audit.AuditSummary;
import org.assetstager.audit.DeletionTotals;
import org.assetstager.audit.EarlierAudit;
import org.assetstager.audit.LedgerAudit;
import org.assetstager.audit.SafeToDelete;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.pipeline.EndedRun;
import org.assetstager.pipeline.Version;
import org.assetstager.progress.Phases;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.Program;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShellWord;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.SdkVersion;
import org.assetstager.settings.Settings;
import org.assetstager.upload.Preflight;
import org.assetstager.verify.Roots;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code audit}: looks whether the buckets still hold what a run's ledger says. */
@Command(
    name = "audit",
    description = {
      "Checks whether the buckets still hold what a finished run's ledger says, and which files you"
          + " can delete from disk.",
      "It only reads the buckets and the files' metadata."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Examples:",
      "  ${COMMAND-FULL-NAME} --run nightly-1 --config conf/stage.conf --deep",
      "  ${COMMAND-FULL-NAME} --run nightly-1 --safe-to-delete > safe && xargs -0 -r rm -f -- < safe"
    })
public final class AuditCommand implements Checked {

  private final Output output;

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private RunOption runOption;
  @Mixin private AuditOptions options;
  @Mixin private DisplayOptions display;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public AuditCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    options.requireUsage(spec.commandLine(), display.isJson());
    settingsOptions.load();
  }

  @Override
  public Integer call() {
    check();
    display.begin(spec);
    if (options.isSafeToDelete()) {
      spec.commandLine().setOut(spec.commandLine().getErr());
    }
    Settings settings = settingsOptions.load();
    AuditScope scope = options.scope();
    SdkVersion.requireAtLeastOurs();
    return SparkContexts.run("audit", spark -> audit(spark, settings, scope));
  }

  private int audit(JavaSparkContext spark, Settings settings, AuditScope scope) {
    RunFolder folder = runOption.folder(spark, settings.ledgerPath());
    RunOption.requireSamePlaces(folder, settings);
    if (options.isSafeToDelete()) {
      RunOption.requireSameServers(folder, settings);
    }
    RunReport run = EndedRun.requireFinished(folder);
    List<RunFolder> earlier = options.earlier(spark, folder, settings);
    Preflight.checkReading(settings);
    RunIdInLogs.begin(spark.sc(), run.runId());
    try (DisplayOptions.Logs quiet = display.logs()) {
      return new Work(spark, settings, scope, folder, run, earlier).run();
    }
  }

  /** An audit of a run that has ended. */
  private final class Work {
    private final JavaSparkContext spark;
    private final Settings settings;
    private final AuditScope scope;
    private final RunFolder run;
    private final RunReport ended;
    private final List<RunFolder> earlier;
    private final Instant start = Instant.now();
    private final String id = RunFolder.newId(start);
    private final RunFolder folder;
    private final RequestTotals requests;
    private final Phases phases;
    private final LedgerFiles ledger;

    Work(
        JavaSparkContext spark,
        Settings settings,
        AuditScope scope,
        RunFolder run,
        RunReport ended,
        List<RunFolder> earlier) {
      this.spark = spark;
      this.settings = settings;
      this.scope = scope;
      this.run = run;
      this.ended = ended;
      this.earlier = earlier;
      this.folder = run.at(run.location() + "/audits/" + id);
      this.requests = new RequestTotals(spark.sc());
      this.phases =
          new Phases(spark.sc(), display.progress(), requests, null, display.events(output));
      // The audit tells when that isn't all.
      this.ledger = LedgerFiles.ofWhatIsLeft(spark, run);
    }

    int run() {
      LedgerAudit.Result found =
          new LedgerAudit(spark, settings, scope, earlier, ledger, folder, requests, phases).run();
      if (!options.isSafeToDelete()) {
        AuditReport report = end(found, null);
        output.mayBeLost("The audit is complete, in " + report.folder());
        return report.exitCode().value();
      }
      RunDescription description = RunOption.description(run);
      Roots roots = Roots.ofRun(run, description, settings.manifest().allowedRoots());
      SafeToDelete files =
          new SafeToDelete(
              spark, ledger, folder, scope.share(), roots, description.startedAtMillis(), phases);
      AuditReport report = end(found, files.run(found));
      if (report.ledgerProblem() != null) {
        // A row that is lost may have been one that speaks against a file.
        files.forget();
        return report.exitCode().value();
      }
      try {
        files.print(output.forPrograms());
      } catch (IOException e) {
        if (!output.hasFailed()) {
          throw new UncheckedIOException(e);
        }
        // Paths are missing for the reader; why is said where the command ends.
        return ExitCode.FAILED.value();
      }
      return report.exitCode().value();
    }

    private AuditReport end(LedgerAudit.Result found, @Nullable DeletionTotals deletion) {
      AuditReport report = report(found, deletion);
      folder.writeText(AuditReport.FILE, report.toText());
      JsonLines events = display.events(output);
      if (events != null) {
        events.end(JsonLines.event("result").setAll(report.toJson()));
      }
      PrintWriter out = spec.commandLine().getOut();
      boolean good = report.exitCode() == ExitCode.DONE;
      AuditSummary.print(report, found.problems(), goOn(), good ? display.news(out) : out);
      return report;
    }

    private AuditReport report(LedgerAudit.Result found, @Nullable DeletionTotals deletion) {
      return new AuditReport(
          ended.runId(),
          scope,
          earlier.isEmpty() ? null : EarlierAudit.since(folder, earlier.get(0)),
          Version.ofJob(),
          Version.ofSpark(),
          start,
          Instant.now(),
          run.location(),
          folder.location(),
          found.ledger().values().stream().mapToLong(Total::rows).sum(),
          ended.outcomes().difference(new OutcomeTotals(found.ledger())),
          found.totals(),
          found.extent(),
          deletion,
          phases.done().stream().mapToDouble(RunReport.Phase::seconds).sum(),
          found.totals().of(AuditProof.READ_BACK).bytes(),
          requests.byKind(),
          settings.describe());
    }

    private String goOn() {
      List<String> words =
          new ArrayList<>(List.of(Program.name(), "audit", "--run", run.location()));
      words.addAll(settingsOptions.again());
      words.addAll(options.again(id));
      return ShellWord.command(words);
    }
  }
}
