package org.assetstager.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.hadoop.HadoopInputFile;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;

/**
 * The ledgers of all runs as one Iceberg table, which SQL engines read. It has no files of its own:
 * it refers to the Parquet files in the run folders, which report, audit and resume continue to
 * read. The columns' ids are their places, as in the files.
 */
public final class LedgerTable {
  /** The table's folder below the ledgers' folder; a Hadoop catalog there names it the same. */
  static final String FOLDER = "iceberg/ledger";

  private static final String RUN_ID = "run_id";
  private static final String SUMMARY_RUN_ID = "asset-stager.run-id";
  private static final String SUMMARY_NONCE = "asset-stager.nonce";

  private final String location;
  private final Configuration configuration;

  private LedgerTable(String location, Configuration configuration) {
    this.location = location;
    this.configuration = configuration;
  }

  /** The result of adding a run. */
  public enum Added {
    /** Its rows are in the table now. */
    NOW,
    /** They were there already. */
    BEFORE
  }

  /**
   * Names the table below the ledgers' folder; nothing is touched.
   *
   * @param ledgerPath a Hadoop path, with its scheme
   */
  public static LedgerTable below(String ledgerPath, Configuration configuration) {
    return new LedgerTable(new Path(ledgerPath, FOLDER).toString(), configuration);
  }

  /**
   * Adds the files of a run's ledger, which is whole. The table is made if it isn't there. A run
   * that is in the table stays as it is; rows of another run that had the same id, whose folder
   * must be gone then, give way in the same step.
   *
   * @param nonce tells the run from others of its id
   * @throws JobFailure if the table can't be read or written, or has other columns
   */
  public Added add(String runId, String nonce, RunFolder run) {
    try (RunLock lock = lock()) {
      Table table = open();
      if (hasRun(table, runId, nonce)) {
        return Added.BEFORE;
      }
      SnapshotUpdate<?> update = update(table, runId, files(table, runId, run));
      update.set(SUMMARY_RUN_ID, runId);
      update.set(SUMMARY_NONCE, nonce);
      update.commit();
      return Added.NOW;
    } catch (JobFailure e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw notAdded(e);
    }
  }

  private RunLock lock() {
    try {
      return RunLock.takeInTurn(new RunFolder(location, configuration));
    } catch (JobFailure e) {
      throw notAdded(e);
    }
  }

  private JobFailure notAdded(Exception e) {
    return JobFailure.system(
        "Can't add the run's ledger to the table " + location + ": " + e.getMessage(),
        "Check that the driver may read and write there, then run again with --resume",
        e);
  }

  private Table open() {
    HadoopTables tables = new HadoopTables(configuration);
    if (!tables.exists(location)) {
      Schema schema = schema();
      return tables.create(
          schema,
          PartitionSpec.builderFor(schema).identity(RUN_ID).build(),
          Map.of(
              LedgerSchema.KEY,
              String.valueOf(LedgerSchema.VERSION),
              // Expiring snapshots would delete the runs' own files.
              TableProperties.GC_ENABLED,
              "false"),
          location);
    }
    Table table = tables.load(location);
    requireColumns(table);
    return table;
  }

  /** Columns that an older version of the job didn't have are added; a newer one's may be there. */
  private void requireColumns(Table table) {
    List<NestedField> theirs = table.schema().columns();
    List<NestedField> ours = schema().columns();
    boolean fits =
        table.spec().identitySourceIds().equals(Set.of(1))
            && theirs.stream().skip(ours.size()).allMatch(NestedField::isOptional);
    for (int i = 0; i < Math.min(theirs.size(), ours.size()); i++) {
      fits &=
          theirs.get(i).fieldId() == ours.get(i).fieldId()
              && theirs.get(i).name().equals(ours.get(i).name())
              && theirs.get(i).type().equals(ours.get(i).type());
    }
    if (!fits) {
      throw JobFailure.system(
          "The table "
              + location
              + " has other columns or partitions than this version's ledger (schema "
              + table.properties().get(LedgerSchema.KEY)
              + ", here "
              + LedgerSchema.VERSION
              + ")",
          "Move it aside and run again with --resume, which makes a new one; or use the version of"
              + " the job that made it");
    }
    if (theirs.size() < ours.size()) {
      table.updateSchema().unionByNameWith(schema()).commit();
    }
  }

  private static boolean hasRun(Table table, String runId, String nonce) {
    for (Snapshot snapshot : table.snapshots()) {
      if (runId.equals(snapshot.summary().get(SUMMARY_RUN_ID))
          && nonce.equals(snapshot.summary().get(SUMMARY_NONCE))) {
        return true;
      }
    }
    return false;
  }

  private static SnapshotUpdate<?> update(Table table, String runId, List<DataFile> files)
      throws IOException {
    Expression ofRun = Expressions.equal(RUN_ID, runId);
    try (CloseableIterable<FileScanTask> others = table.newScan().filter(ofRun).planFiles()) {
      if (others.iterator().hasNext()) {
        OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(ofRun);
        files.forEach(overwrite::addFile);
        return overwrite;
      }
    }
    AppendFiles append = table.newAppend();
    files.forEach(append::appendFile);
    return append;
  }

  private List<DataFile> files(Table table, String runId, RunFolder run) throws IOException {
    Path ledger = run.ledger();
    FileStatus[] statuses =
        ledger
            .getFileSystem(configuration)
            .listStatus(ledger, path -> path.getName().endsWith(".parquet"));
    MetricsConfig metrics = MetricsConfig.forTable(table);
    List<DataFile> files = new ArrayList<>();
    for (FileStatus status : statuses) {
      HadoopInputFile file = HadoopInputFile.fromStatus(status, configuration);
      files.add(
          DataFiles.builder(table.spec())
              .withInputFile(file)
              .withFormat(FileFormat.PARQUET)
              .withPartitionValues(List.of(runId))
              .withMetrics(ParquetUtil.fileMetrics(file, metrics))
              .build());
    }
    return files;
  }

  /** Returns the columns of {@link LedgerRow}; a column's id is its place, from 1. */
  static Schema schema() {
    List<NestedField> columns = new ArrayList<>();
    for (StructField field : LedgerRow.CODEC.schema().fields()) {
      int id = columns.size() + 1;
      Type type = type(field.dataType());
      columns.add(
          field.nullable()
              ? NestedField.optional(id, field.name(), type)
              : NestedField.required(id, field.name(), type));
    }
    return new Schema(columns);
  }

  private static Type type(DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return Types.StringType.get();
    } else if (type.equals(DataTypes.LongType)) {
      return Types.LongType.get();
    } else if (type.equals(DataTypes.BooleanType)) {
      return Types.BooleanType.get();
    }
    throw new IllegalArgumentException("No column of the table for " + type);
  }
}
