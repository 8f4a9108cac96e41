package org.assetstager.manifest;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.SerializableConfiguration;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Sizes;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.spark.ParquetDamage;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/** Reads manifest files of all formats on the executors: one row for each of their rows. */
public final class ManifestReader {
  /** The codec of the rows. */
  public static final RecordCodec<ManifestRow> ROWS = RecordCodec.of(ManifestRow.class);

  private static final Set<Format> LINES =
      EnumSet.of(Format.JSONL, Format.JSONL_GZ, Format.JSONL_ZST);

  /** About 100,000 rows: seconds of work. */
  private static final long MOST_SPLIT_BYTES = 32L << 20;

  /** Less is not worth a task of its own. */
  private static final long LEAST_SPLIT_BYTES = 2L << 20;

  /** So that each core has something to read in a manifest of a few files. */
  private static final int SPLITS_PER_CORE = 2;

  private final SparkSession spark;
  private final Rules rules;
  private final long mostSplitBytes;

  /**
   * Prepares to read.
   *
   * @param defaultRoot root of rows that name none, or null
   * @param progress counts the bytes of manifests that aren't Parquet; it is told of them where all
   *     are JSON Lines
   */
  public ManifestReader(
      SparkSession spark,
      ManifestSettings settings,
      @Nullable String defaultRoot,
      TaskProgress progress) {
    this(spark, settings, defaultRoot, progress, MOST_SPLIT_BYTES);
  }

  ManifestReader(
      SparkSession spark,
      ManifestSettings settings,
      @Nullable String defaultRoot,
      TaskProgress progress,
      long mostSplitBytes) {
    this.spark = spark;
    this.mostSplitBytes = mostSplitBytes;
    this.rules =
        new Rules(
            settings,
            defaultRoot,
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()),
            progress);
    rules.fields();
  }

  /** What tasks need to read manifests. */
  record Rules(
      ManifestSettings settings,
      @Nullable String defaultRoot,
      SerializableConfiguration configuration,
      TaskProgress progress)
      implements Serializable {
    ManifestFields fields() {
      return new ManifestFields(defaultRoot, settings.allowedRoots());
    }
  }

  /** Returns the rows of all files, of {@link #ROWS}. */
  public JavaRDD<Row> read(Collection<ManifestFile> files) {
    rules.progress().expect(0, countedBytes(files));
    List<JavaRDD<Row>> parts = new ArrayList<>();
    List<ManifestFile> lines = filter(files, LINES);
    if (!lines.isEmpty()) {
      parts.add(readLines(lines));
    }
    List<ManifestFile> tables = filter(files, EnumSet.of(Format.PARQUET));
    if (!tables.isEmpty()) {
      parts.add(readParquet(tables));
    }
    List<ManifestFile> documents = filter(files, EnumSet.of(Format.AMA));
    if (!documents.isEmpty()) {
      parts.add(
          new AmaManifests(spark, rules)
              .read(
                  documents,
                  filter(files, EnumSet.of(Format.AMA_STATES)),
                  filter(files, EnumSet.of(Format.AMA_STATS)))
              .javaRDD());
    }
    return parts.stream()
        .reduce(JavaRDD::union)
        .orElseGet(JavaSparkContext.fromSparkContext(spark.sparkContext())::emptyRDD);
  }

  /** Where not all of the work goes by bytes that are counted, they don't tell when it ends. */
  private static long countedBytes(Collection<ManifestFile> files) {
    return filter(files, LINES).size() == files.size()
        ? files.stream().mapToLong(ManifestFile::lengthBytes).reduce(0, Sizes::sum)
        : 0;
  }

  private static List<ManifestFile> filter(Collection<ManifestFile> files, Set<Format> formats) {
    return files.stream().filter(file -> formats.contains(file.format())).toList();
  }

  private JavaRDD<Row> readLines(List<ManifestFile> files) {
    List<Row> splits = new ArrayList<>();
    long allBytes = files.stream().mapToLong(ManifestFile::lengthBytes).reduce(0, Sizes::sum);
    long splitBytes =
        splitBytes(allBytes, spark.sparkContext().defaultParallelism(), mostSplitBytes);
    for (ManifestFile file : files) {
      boolean whole = file.format() != Format.JSONL;
      long step = whole ? Long.MAX_VALUE : splitBytes;
      for (long start = 0; start < file.lengthBytes(); start += step) {
        long end = whole ? Long.MAX_VALUE : Math.min(file.lengthBytes(), start + step);
        splits.add(ReadJsonLines.SPLITS.toRow(new ManifestSplit(file.path(), start, end)));
        if (whole) {
          break;
        }
      }
    }
    return onePartitionEach(spark, splits).mapPartitions(new ReadJsonLines(rules));
  }

  static long splitBytes(long allBytes, int cores, long most) {
    return Math.min(Math.max(allBytes / SPLITS_PER_CORE / cores, LEAST_SPLIT_BYTES), most);
  }

  static JavaRDD<Row> onePartitionEach(SparkSession spark, List<Row> rows) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, rows.size());
  }

  private Dataset<Row> open(String[] paths) {
    try {
      return spark
          .read()
          .option("mergeSchema", true)
          .option("ignoreCorruptFiles", false)
          .option("ignoreMissingFiles", false)
          .parquet(paths);
    } catch (Exception e) {
      throw unreadableParquet(e);
    }
  }

  private static JobFailure unreadableParquet(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String problem = "A Parquet file of the manifest can't be read: " + cause.getMessage();
    return ParquetDamage.isToldBy(failure)
        ? JobFailure.input(
            problem, "Write it again; a column must have one type in all files", failure)
        : JobFailure.system(
            problem, "Check that driver and executors may read it, then run again", failure);
  }

  private JavaRDD<Row> readParquet(List<ManifestFile> files) {
    String[] paths = LiteralPaths.of(files.stream().map(ManifestFile::path).toList());
    Dataset<Row> rows = open(paths);
    List<String> names = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    columns.add(col("_metadata.file_path"));
    columns.add(col("_metadata.row_index"));
    for (StructField field : rows.schema().fields()) {
      if (ManifestFields.concerns(field.name())) {
        names.add(field.name());
        Column column = col("`" + field.name().replace("`", "``") + "`");
        // As bytes: Spark makes U+FFFD of what isn't UTF-8 in a string.
        boolean text = field.dataType().equals(DataTypes.StringType);
        columns.add(text ? column.cast(DataTypes.BinaryType) : column);
      }
    }
    return rows.select(columns.toArray(Column[]::new))
        .javaRDD()
        .map(new ReadParquetRow(rules, names.toArray(String[]::new)));
  }
}
