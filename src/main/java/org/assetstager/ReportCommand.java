package org.assetstager;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.assetstager.asset.JobFailure;
import org.assetstager.ledger.BuildLedger;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.Outcome;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.LedgerText;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.run.RunFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code report}: prints a finished run's report, or its ledger's rows. */
@Command(
    name = "report",
    description = "Prints the report of a finished run, or rows of its ledger.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  asset-stager report --run /shared/ledger/run_id=nightly-1 --rows csv --outcome MODIFIED"
    })
final class ReportCommand implements Callable<Integer> {
  @Option(
      names = "--run",
      required = true,
      paramLabel = "P",
      description = "the run's folder, <ledger.path>/run_id=<id>")
  private String location;

  @Option(
      names = "--rows",
      paramLabel = "FORM",
      description = "print ledger rows as ${COMPLETION-CANDIDATES}, and nothing else")
  private @Nullable LedgerText rows;

  @Option(
      names = "--outcome",
      split = ",",
      paramLabel = "O",
      description = "only rows of these outcomes")
  private List<Outcome> outcomes = new ArrayList<>();

  @Option(names = "--debug", description = "show where an error happened")
  private boolean debug;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ReportCommand() {}

  @Override
  public Integer call() {
    // Spark's own lines must not get between the rows.
    PrintStream out = System.out;
    try (SparkSession spark = SparkSessions.start("report")) {
      RunFolder folder =
          new RunFolder(location, spark.sparkContext().hadoopConfiguration());
      RunReport report = read(folder);
      if (rows == null) {
        Dataset<Row> ledger =
            folder.exists("ledger/_SUCCESS")
                ? ledger(spark, folder)
                : spark.createDataFrame(List.of(), BuildLedger.LEDGER.schema());
        ConsoleSummary.print(
            report, StageReport.examples(ledger, report.outcomes()), out);
      } else {
        print(ledger(spark, folder), rows, out);
      }
      return ExitCode.DONE.value();
    }
  }

  private static RunReport read(RunFolder folder) {
    String text =
        folder
            .readText(StageReport.FILE)
            .orElseThrow(
                () ->
                    JobFailure.input(
                        "There is no report in " + folder.location(),
                        "Name the folder <ledger.path>/run_id=<id> of a run that has ended"));
    return ReportJson.read(text, folder.location() + "/" + StageReport.FILE);
  }

  private static Dataset<Row> ledger(SparkSession spark, RunFolder folder) {
    if (!folder.exists("ledger/_SUCCESS")) {
      throw JobFailure.input(
          "The run in " + folder.location() + " has no ledger yet",
          "Bring it to its end by stage --resume");
    }
    return spark.read().schema(BuildLedger.LEDGER.schema()).parquet(folder.ledger().toString());
  }

  private void print(Dataset<Row> ledger, LedgerText form, PrintStream out) {
    Dataset<Row> chosen =
        outcomes.isEmpty()
            ? ledger
            : ledger.filter(
                functions
                    .col("outcome")
                    .isin(outcomes.stream().map(Outcome::name).toArray()));
    Iterator<Row> found = BuildLedger.LEDGER.select(chosen).toLocalIterator();
    Iterator<LedgerRow> records =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return found.hasNext();
          }

          @Override
          public LedgerRow next() {
            return BuildLedger.LEDGER.fromRow(found.next());
          }
        };
    try {
      Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
      form.write(records, writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
