package org.assetstager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The table of all ledgers as an engine sees it that knows nothing of the job: by Iceberg alone.
 */
public final class IcebergTable {
  private IcebergTable() {}

  /** Finds the table in a Hadoop catalog whose warehouse is the ledgers' folder. */
  public static Table load(Path ledgers) {
    try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), "file:" + ledgers)) {
      return catalog.loadTable(TableIdentifier.of("iceberg", "ledger"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns all rows, as the codec of ledger rows has them. */
  public static List<Row> rows(Path ledgers) {
    return read(ledgers, Expressions.alwaysTrue());
  }

  /** Returns the rows of one run. */
  public static List<Row> rowsOf(Path ledgers, String runId) {
    return read(ledgers, Expressions.equal("run_id", runId));
  }

  private static List<Row> read(Path ledgers, Expression which) {
    List<Row> rows = new ArrayList<>();
    Table table = load(ledgers);
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).where(which).build()) {
      for (Record record : records) {
        Object[] cells = new Object[table.schema().columns().size()];
        for (int i = 0; i < cells.length; i++) {
          cells[i] = record.get(i);
        }
        rows.add(RowFactory.create(cells));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
