package org.assetstager;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.ExitCode;
import org.assetstager.report.LedgerText;
import org.assetstager.report.RunReport;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.RunFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code report}: prints a finished run's report, or its ledger's rows. */
@Command(
    name = "report",
    description = "Prints the report of a finished run, or rows of its ledger.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Example:",
      "  asset-stager report --run /ledger/run_id=r1 --rows csv --outcome MODIFIED"
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private Main main;
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

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ReportCommand() {}

  @Override
  public Integer call() {
    if (rows == null && !outcomes.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--outcome chooses rows: give --rows jsonl or --rows csv too");
    }
    return SparkSessions.run("report", this::report);
  }

  private int report(SparkSession spark) {
    RunFolder folder = runOption.folder(spark);
    spark.sparkContext().setJobDescription("read the ledger");
    if (rows != null) {
      return print(ledger(spark, folder), rows);
    }
    RunReport report = read(folder);
    Dataset<Row> ledger =
        folder.exists("ledger/_SUCCESS")
            ? ledger(spark, folder)
            : spark.createDataFrame(List.of(), LedgerRow.CODEC.schema());
    ConsoleSummary.print(
        report,
        LedgerPeople.examples(ledger, report.outcomes()),
        folder.exists(StagePage.FILE),
        main.output().forPeople());
    return ExitCode.DONE.value();
  }

  private static RunReport read(RunFolder folder) {
    return StageReport.read(folder)
        .orElseThrow(
            () ->
                JobFailure.input(
                    "There is no report in " + folder.location(),
                    "Name the folder <ledger.path>/run_id=<id> of a run that has ended"));
  }

  static Dataset<Row> ledger(SparkSession spark, RunFolder folder) {
    if (!folder.exists("ledger/_SUCCESS")) {
      throw JobFailure.input(
          "The run in " + folder.location() + " has no ledger yet",
          "Bring it to its end by stage --resume");
    }
    return PublishedLedger.read(spark, folder, LedgerRow.CODEC);
  }

  private int print(Dataset<Row> ledger, LedgerText form) {
    Dataset<Row> chosen =
        outcomes.isEmpty()
            ? ledger
            : ledger.filter(
                functions.col("outcome").isin(outcomes.stream().map(Outcome::name).toArray()));
    Iterator<Row> found = LedgerRow.CODEC.select(chosen).toLocalIterator();
    Iterator<LedgerRow> records =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return found.hasNext();
          }

          @Override
          public LedgerRow next() {
            return LedgerRow.CODEC.fromRow(found.next());
          }
        };
    try {
      form.write(records, main.output().forPrograms());
    } catch (IOException e) {
      if (!main.output().hasFailed()) {
        throw new UncheckedIOException(e);
      }
      // Rows are missing for the reader; why is said where the command ends.
      return ExitCode.FAILED.value();
    }
    return ExitCode.DONE.value();
  }
}
