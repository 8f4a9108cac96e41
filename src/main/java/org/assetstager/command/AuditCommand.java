package org.assetstager.command;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Total;
import org.assetstager.audit.AuditProof;
import org.assetstager.audit.AuditReport;
import org.assetstager.audit.AuditSummary;
import org.assetstager.audit.AuditTotals;
import org.assetstager.audit.LedgerAudit;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.pipeline.EndedRun;
import org.assetstager.pipeline.Version;
import org.assetstager.progress.Phases;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.RunReport;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.SdkVersion;
import org.assetstager.settings.Settings;
import org.assetstager.upload.Preflight;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit}: looks whether the buckets still hold what a run's ledger says. */
@Command(
    name = "audit",
    description = {
      "Checks whether the buckets still hold what a finished run's ledger calls staged or known.",
      "Only reads the buckets."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Example:",
      "  ${COMMAND-FULL-NAME} --run nightly-1 --config conf/stage.conf --deep"
    })
public final class AuditCommand implements Callable<Integer>, Checked {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Output output;

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private RunOption runOption;
  @Mixin private DisplayOptions display;

  @Option(
      names = "--deep",
      description = "read every object back and hash it, instead of comparing its size and ETag")
  private boolean deep;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public AuditCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    settingsOptions.load();
  }

  @Override
  public Integer call() {
    display.begin(spec);
    Settings settings = settingsOptions.load();
    SdkVersion.requireAtLeastOurs();
    return SparkContexts.run("audit", spark -> audit(spark, settings));
  }

  private int audit(JavaSparkContext spark, Settings settings) {
    RunFolder folder = runOption.folder(spark, settings.ledgerPath());
    RunReport run = EndedRun.ofFinished(folder);
    if (run == null) {
      throw JobFailure.input(
          "The run in " + folder.location() + " has not ended",
          "Check the name of the folder, or bring the run to its end by stage --resume");
    }
    RunOption.requireSamePlaces(folder, settings);
    Preflight.checkReading(settings);
    RunIdInLogs.begin(spark.sc(), run.runId());
    try (DisplayOptions.Logs quiet = display.logs()) {
      return audit(spark, settings, folder, run);
    }
  }

  private int audit(JavaSparkContext spark, Settings settings, RunFolder folder, RunReport run) {
    Instant start = Instant.now();
    RequestTotals requests = new RequestTotals(spark.sc());
    Phases phases =
        new Phases(spark.sc(), display.progress(), requests, null, display.events(output));
    String name =
        "audits/" + STAMP.format(start) + "-" + UUID.randomUUID().toString().substring(0, 6);
    LedgerAudit.Result found =
        new LedgerAudit(
                spark,
                settings,
                deep,
                // The audit tells when that isn't all.
                LedgerFiles.ofWhatIsLeft(spark, folder),
                new RunFolder(folder.location() + "/" + name, folder.configuration()),
                requests,
                phases)
            .run();
    AuditTotals totals = found.totals();
    AuditReport report =
        new AuditReport(
            run.runId(),
            deep,
            Version.ofJob(),
            Version.ofSpark(),
            start,
            Instant.now(),
            folder.location(),
            folder.location() + "/" + name,
            found.ledger().values().stream().mapToLong(Total::rows).sum(),
            run.outcomes().difference(new OutcomeTotals(found.ledger())),
            totals,
            phases.done().stream().mapToDouble(RunReport.Phase::seconds).sum(),
            totals.of(AuditProof.READ_BACK).bytes(),
            requests.byKind(),
            settings.describe());
    folder.writeText(name + "/" + AuditReport.FILE, report.toText());
    JsonLines events = display.events(output);
    if (events != null) {
      events.end(JsonLines.event("result").setAll(report.toJson()));
    }
    boolean good = report.exitCode() == ExitCode.DONE;
    AuditSummary.print(
        report,
        found.problems(),
        good ? display.news(spec.commandLine().getOut()) : spec.commandLine().getOut());
    output.mayBeLost("The audit is complete, in " + report.folder());
    return report.exitCode().value();
  }
}
