package org.assetstager.testing;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.google.common.collect.Lists;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;

/** Writes ledgers as runs do. */
public final class WrittenLedger {
  private static final String NONCE = "nonce";
  private static final String STEP = "transfer";
  private static final String KIND = "ledger";

  private WrittenLedger() {}

  /** Writes and publishes the ledger of a run; each file has some of the rows. */
  public static void write(RunFolder folder, List<LedgerRow> rows, int rowsOfFile) {
    write(folder, Lists.partition(rows, rowsOfFile));
  }

  private static void write(RunFolder folder, List<List<LedgerRow>> parts) {
    StepOutput output = new StepOutput(folder, NONCE);
    List<StepFile> files = new ArrayList<>();
    for (List<LedgerRow> part : parts) {
      Map<Outcome, Total> outcomes = new EnumMap<>(Outcome.class);
      try (RecordWriter writer =
          output.create(STEP, KIND, files.size(), LedgerRow.CODEC, true, LedgerSchema.footer())) {
        for (LedgerRow row : part) {
          writer.add(LedgerRow.CODEC, row, 0);
          long size = row.size() == null ? 0 : Math.max(0, row.size());
          outcomes.merge(row.outcome(), new Total(1, size), Total::plus);
        }
        files.add(writer.finish(outcomes));
      }
    }
    new PublishedLedger(folder)
        .publish(List.of(new StepCommits(folder, NONCE).commit(STEP, files, Map.of())), KIND);
  }

  /**
   * Prepares to alter a published ledger, as anyone can who may write to its folder.
   *
   * @param run has the ledger
   * @param folder to write the altered files to first
   * @param change makes a row of each row
   * @return puts the altered files in the place of the others
   */
  public static Runnable altered(RunFolder run, RunFolder folder, UnaryOperator<LedgerRow> change) {
    LedgerFiles ledger =
        LedgerFiles.of(
            JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext()), run, 0);
    int files = (int) run.list(KIND).stream().filter(file -> isPart(file.getPath())).count();
    List<List<LedgerRow>> parts = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      parts.add(new ArrayList<>());
    }
    int next = 0;
    try (LedgerReader<LedgerRow> reader =
        ledger.read(LedgerRow.CODEC, EnumSet.allOf(Outcome.class))) {
      while (reader.hasNext()) {
        parts.get(next++ % files).add(change.apply(reader.next()));
      }
    }
    write(folder, parts);
    return () -> replace(Path.of(run.ledger().toUri()), Path.of(folder.ledger().toUri()), files);
  }

  private static boolean isPart(org.apache.hadoop.fs.Path path) {
    return path.getName().endsWith(".parquet");
  }

  private static void replace(Path ledger, Path altered, int files) {
    try {
      for (int i = 0; i < files; i++) {
        String part = String.format(Locale.ROOT, "part-%05d.parquet", i);
        Files.deleteIfExists(ledger.resolve("." + part + ".crc"));
        Files.move(altered.resolve(part), ledger.resolve(part), REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a row with another value in one of its columns. */
  public static LedgerRow with(LedgerRow row, String column, Object value) {
    Row columns = LedgerRow.CODEC.toRow(row);
    String[] names = LedgerRow.CODEC.schema().fieldNames();
    Object[] values = new Object[names.length];
    for (int i = 0; i < names.length; i++) {
      values[i] = names[i].equals(column) ? value : columns.get(i);
    }
    return LedgerRow.CODEC.fromRow(RowFactory.create(values));
  }
}
