package org.assetstager.command;

import com.google.common.collect.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.commit.CommitReport;
import org.assetstager.commit.CommitSummary;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.Remedy;
import org.assetstager.pipeline.EndedRun;
import org.assetstager.pipeline.LedgerProblems;
import org.assetstager.pipeline.RunCommands;
import org.assetstager.report.Amounts;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.ExitCode;
import org.assetstager.report.LedgerText;
import org.assetstager.report.RunReport;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code report}: prints a finished run's report, or its ledger's rows. */
@Command(
    name = "report",
    description = "Prints the report of a finished run, or only rows of its ledger.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Example:",
      "  ${COMMAND-FULL-NAME} --run nightly-1 --config conf/stage.conf \\",
      "    --rows csv --outcome MODIFIED"
    })
public final class ReportCommand implements Checked {
  private static final String LEDGER = "ledger/_SUCCESS";
  private static final Set<Outcome> ALL = EnumSet.allOf(Outcome.class);

  private final Output output;

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private RunOption runOption;

  @Option(
      names = "--rows",
      paramLabel = "FORM",
      description = "print ledger rows as ${COMPLETION-CANDIDATES}, and nothing else")
  private @Nullable LedgerText rows;

  @Option(
      names = "--outcome",
      split = ",",
      paramLabel = "O",
      description = "with --rows: only rows of these outcomes")
  private List<Outcome> outcomes = new ArrayList<>();

  @Option(
      names = "--remedy",
      split = ",",
      paramLabel = "CODE",
      description = "with --rows: only rows of these remedy codes, such as add-again")
  private List<String> remedies = new ArrayList<>();

  @Option(names = "--json", description = "print the report as one line of JSON")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public ReportCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    if (rows == null && !(outcomes.isEmpty() && remedies.isEmpty())) {
      throw new ParameterException(
          spec.commandLine(),
          (outcomes.isEmpty() ? "--remedy" : "--outcome")
              + " selects rows: give --rows jsonl or --rows csv too");
    }
    if (json && rows != null) {
      throw new ParameterException(
          spec.commandLine(), "--json prints the report, --rows prints rows: give one of them");
    }
    if (!remedies.isEmpty()) {
      requireRemedies();
    }
    // Before Spark starts: a folder needs no settings.
    ledgerPath();
  }

  private void requireRemedies() {
    List<String> known = Arrays.stream(Remedy.values()).map(Remedy::code).toList();
    for (String remedy : remedies) {
      if (!known.contains(remedy)) {
        throw new ParameterException(
            spec.commandLine(),
            "--remedy " + remedy + " is not known; there are " + String.join(", ", known));
      }
    }
  }

  /** Returns where the settings say that runs lie; empty where the run is named by its folder. */
  private String ledgerPath() {
    return runOption.isId() ? settingsOptions.load().ledgerPath() : "";
  }

  @Override
  public Integer call() {
    check();
    String ledgerPath = ledgerPath();
    return SparkContexts.run("report", spark -> report(spark, ledgerPath));
  }

  private int report(JavaSparkContext spark, String ledgerPath) {
    RunFolder folder = runOption.folder(spark, ledgerPath);
    spark.sc().setJobDescription("read the ledger");
    if (rows != null) {
      return print(spark, folder, rows);
    }
    CommitReport ofCommit = CommitReport.read(folder).orElse(null);
    if (ofCommit != null) {
      if (json) {
        output.forEvents().end(ofCommit.event());
        return ExitCode.DONE.value();
      }
      CommitSummary.print(ofCommit, output.forPeople());
      return ExitCode.DONE.value();
    }
    RunReport report = read(folder);
    if (json) {
      output.forEvents().end(report);
      return ExitCode.DONE.value();
    }
    new ConsoleSummary(
            report,
            folder.exists(LEDGER)
                ? LedgerProblems.of(
                        LedgerFiles.of(spark, folder, report.outcomes().rows()),
                        report.outcomes(),
                        0)
                    .groups()
                : List.of(),
            folder.exists(EndedRun.PAGE),
            true,
            RunDescription.find(folder).map(RunCommands::resume).orElse(""))
        .print(output.forPeople());
    return ExitCode.DONE.value();
  }

  private static RunReport read(RunFolder folder) {
    return EndedRun.read(folder)
        .orElseThrow(
            () ->
                JobFailure.input(
                    "There is no report in " + folder.location(),
                    "Name a run that has ended, by its id or its folder; 'asset-stager runs' lists them"));
  }

  private int print(JavaSparkContext spark, RunFolder folder, LedgerText form) {
    if (!folder.exists(LEDGER)) {
      throw JobFailure.input(
          "The run in " + folder.location() + " has no ledger yet",
          "Finish it with stage --resume");
    }
    if (CommitReport.read(folder).isPresent()) {
      throw JobFailure.input(
          "--rows prints rows of a run's ledger, and "
              + folder.location()
              + " is the folder of a commit",
          "Read its ledger, which is Parquet, with Spark or another program");
    }
    Set<Outcome> chosen = outcomes.isEmpty() ? ALL : EnumSet.copyOf(outcomes);
    try (LedgerReader<LedgerRow> found =
        LedgerFiles.of(spark, folder, 0).read(LedgerRow.CODEC, chosen)) {
      Iterator<LedgerRow> records =
          Streams.stream(found)
              .filter(row -> chosen.contains(row.outcome()))
              .filter(row -> remedies.isEmpty() || remedies.contains(row.remedyCode()))
              .iterator();
      long left = form.write(records, output.forPrograms());
      if (left > 0) {
        spec.commandLine()
            .getErr()
            .println(
                "warning  Left out "
                    + Amounts.count(left, "row")
                    + ": without a path, refused (INVALID), or with a NUL or '..' in the path."
                    + " --rows jsonl prints all");
      }
    } catch (IOException e) {
      if (!output.hasFailed()) {
        throw new UncheckedIOException(e);
      }
      // Rows are missing for the reader; why is said where the command ends.
      return ExitCode.FAILED.value();
    }
    return ExitCode.DONE.value();
  }
}
