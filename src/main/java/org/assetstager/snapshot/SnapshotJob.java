package org.assetstager.snapshot;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestCounts;
import org.assetstager.plan.Balance;
import org.assetstager.progress.Phases;
import org.assetstager.report.Amounts;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.SizeSums;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.AssetRoot;
import org.jspecify.annotations.Nullable;

/**
 * Writes a manifest of a directory: walks it and hashes its files on the executors. What they find
 * is kept below {@code <out>/_work} until the manifest is whole, so that nothing is walked or read
 * twice; {@code _SUCCESS} is the last thing to be written.
 */
public final class SnapshotJob {
  private static final RecordCodec<Skipped> SKIPPED = RecordCodec.of(Skipped.class);

  /** What a cluster's settings may say otherwise. */
  private static final Map<String, String> OUTPUT =
      Map.of(
          "compression", "none",
          "mapreduce.fileoutputcommitter.marksuccessfuljobs", "false",
          "mapreduce.output.basename", "part");

  /** A first task's work of a moment: small trees need no second round. */
  private static final long FIRST_BUDGET = 10_000;

  private static final int WALKS_PER_CORE = 4;
  private static final BigDecimal TWO_TO_64 = new BigDecimal("18446744073709551616");

  private final SparkSession spark;
  private final Configuration configuration;
  private final SnapshotRequest request;
  private final AssetRoot root;
  private final Path out;
  private final Path work;
  private final Phases phases;

  private SnapshotJob(SparkSession spark, SnapshotRequest request, Phases phases) {
    this.spark = spark;
    this.configuration = spark.sparkContext().hadoopConfiguration();
    this.request = request;
    SnapshotPlaces places = SnapshotPlaces.of(request, spark.sparkContext().isLocal());
    this.root = places.root();
    this.out = places.out();
    this.work = new Path(out, "_work");
    this.phases = phases;
  }

  /**
   * Makes the snapshot.
   *
   * @throws JobFailure of kind INPUT if the root is no directory, or {@code out} exists or is below
   *     the root; nothing has been written then
   */
  public static SnapshotResult run(SparkSession spark, SnapshotRequest request, Phases phases) {
    return run(spark, request, phases, FIRST_BUDGET);
  }

  /** Makes the snapshot with another budget of the first round. */
  static SnapshotResult run(
      SparkSession spark, SnapshotRequest request, Phases phases, long firstBudget) {
    SnapshotJob job = new SnapshotJob(spark, request, phases);
    try {
      return job.run(firstBudget);
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't write to " + job.out + ": " + e.getMessage(),
          "Check its free space and rights, delete it, and run again",
          e);
    }
  }

  private SnapshotResult run(long firstBudget) throws IOException {
    SnapshotPlaces.requireNew(out, configuration);
    out.getFileSystem(configuration).mkdirs(work);
    SnapshotChecks checks = SnapshotChecks.prepare(root, work, configuration);
    Dataset<Row> walked =
        phases.run("walk", "walk " + root.path(), () -> walk(checks, firstBudget));
    Dataset<Row> hashed = hash(checks, walked.filter(isKind(WalkEntry.Kind.FILE)));
    Dataset<Row> skipped =
        SKIPPED
            .select(walked.filter(isKind(WalkEntry.Kind.SKIPPED)))
            .union(SKIPPED.select(hashed.filter(col("reason").isNotNull())));
    SnapshotResult result =
        phases.run("skipped", "name what was skipped", () -> writeSkipped(hashed, skipped));
    phases.run("manifest", "write the manifest to " + out, () -> writeManifest(hashed));
    FileSystem files = out.getFileSystem(configuration);
    files.delete(work, true);
    markComplete(files, result.files());
    return result;
  }

  /** By itself: a cluster's settings may keep Spark from doing it. */
  private void markComplete(FileSystem files, long rows) throws IOException {
    long parts =
        Arrays.stream(files.listStatus(out))
            .filter(file -> file.getPath().getName().startsWith("part-"))
            .count();
    try (OutputStream success = files.create(new Path(out, "_SUCCESS"), false)) {
      success.write(new ManifestCounts(parts, rows).toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  private SnapshotResult writeSkipped(Dataset<Row> hashed, Dataset<Row> skipped) {
    skipped.write().options(OUTPUT).json(new Path(out, SnapshotResult.SKIPPED_FOLDER).toString());
    return result(hashed.filter(col("md5").isNotNull()), skipped);
  }

  private Path writeManifest(Dataset<Row> hashed) {
    manifest(hashed.filter(col("md5").isNotNull()), root.path().toString(), request)
        .write()
        .options(OUTPUT)
        .mode(SaveMode.Append)
        .option("ignoreNullFields", true)
        .json(out.toString());
    return out;
  }

  /** Walks in rounds: what a round's tasks left unread is spread over the next round's. */
  private Dataset<Row> walk(SnapshotChecks checks, long firstBudget) {
    Dataset<Row> directories = spark.createDataset(List.of(""), Encoders.STRING()).toDF("path");
    List<String> rounds = new ArrayList<>();
    long budget = firstBudget;
    while (true) {
      String round = new Path(work, "walk-" + rounds.size()).toString();
      directories
          .mapPartitions(new WalkDirectories(checks, budget), WalkDirectories.ENTRIES.encoder())
          .write()
          .parquet(round);
      rounds.add(round);
      Dataset<Row> left =
          read(WalkDirectories.ENTRIES, round).filter(isKind(WalkEntry.Kind.DIRECTORY));
      if (left.isEmpty()) {
        return read(WalkDirectories.ENTRIES, rounds.toArray(String[]::new));
      }
      directories = left.select("path").repartition(WALKS_PER_CORE * cores(), col("path"));
      // Twice as much each time: few rounds for any tree.
      budget = Math.min(2 * budget, Long.MAX_VALUE / 4);
    }
  }

  private Dataset<Row> hash(SnapshotChecks checks, Dataset<Row> files) {
    Balance balance =
        phases.run(
            "weigh",
            "weigh the files below " + root.path(),
            () -> Balance.of(files, col("size"), cores(), "path"));
    Dataset<Row> hashed =
        phases.run(
            "hash",
            "hash " + Amounts.count(balance.rows()) + " files below " + root.path(),
            TaskProgress.FILES,
            progress ->
                writeHashed(
                    balance.spread(spark, files.select("path")),
                    checks,
                    progress.expect(balance.rows(), balance.bytes())));
    if (hashed.count() != balance.rows()) {
      throw JobFailure.system(
          "The walk found "
              + balance.rows()
              + " files, but there are results for "
              + hashed.count(),
          "Delete --out and run again");
    }
    return hashed;
  }

  private Dataset<Row> writeHashed(
      Dataset<Row> paths, SnapshotChecks checks, TaskProgress progress) {
    String folder = new Path(work, "hashed").toString();
    paths
        .mapPartitions(new HashFiles(checks, progress), HashFiles.HASHED.encoder())
        .write()
        .parquet(folder);
    return read(HashFiles.HASHED, folder);
  }

  /** Returns the number of files and the sum of their sizes. */
  private static Row totals(Dataset<Row> files) {
    return files.agg(count(lit(1)), SizeSums.of(col("size"))).first();
  }

  private SnapshotResult result(Dataset<Row> files, Dataset<Row> skipped) {
    Row totals = totals(files);
    Map<SkipReason, Long> reasons = new EnumMap<>(SkipReason.class);
    for (Row row : skipped.groupBy("reason").count().collectAsList()) {
      reasons.put(SkipReason.valueOf(row.getString(0)), row.getLong(1));
    }
    List<Skipped> examples =
        skipped.orderBy("path").limit(SnapshotResult.EXAMPLES).collectAsList().stream()
            .map(SKIPPED::fromRow)
            .toList();
    return new SnapshotResult(
        out.toString(), totals.getLong(0), totals.getLong(1), reasons, examples);
  }

  /** The columns of section 2 of the design; the inode is unsigned there. */
  static Dataset<Row> manifest(Dataset<Row> files, String root, SnapshotRequest request) {
    Column inode = col("inode").cast(DataTypes.createDecimalType(20, 0));
    return files.select(
        lit(request.topHash()).as("top_hash"),
        lit(root).as("root"),
        col("path"),
        lit("pending").as("state"),
        col("size").as("st_size"),
        number("modified_at_nanos").as("st_mtime_ns"),
        number("changed_at_nanos").as("st_ctime_ns"),
        col("link_count").as("st_nlink"),
        when(col("inode").lt(0), inode.plus(lit(TWO_TO_64))).otherwise(inode).as("st_ino"),
        col("md5"),
        text(request.classId()).as("class_id"),
        text(request.asset()).as("asset"));
  }

  /** Makes a number of a {@code BigInteger}; the longest of a file's times has 28 digits. */
  private static Column number(String column) {
    return udf(new ToDecimal(), DataTypes.createDecimalType(38, 0)).apply(col(column));
  }

  /** Makes a number of the bytes by which {@link RecordCodec} writes one. */
  static final class ToDecimal implements UDF1<byte[], BigDecimal> {
    @Override
    public BigDecimal call(byte[] number) {
      return new BigDecimal(new BigInteger(number));
    }
  }

  private static Column text(@Nullable String text) {
    return lit(text).cast(DataTypes.StringType);
  }

  private <R extends Record> Dataset<Row> read(RecordCodec<R> codec, String... folders) {
    return codec.select(
        LiteralPaths.read(spark.read().schema(codec.schema()), DataFrameReader::parquet, folders));
  }

  private static Column isKind(WalkEntry.Kind kind) {
    return col("kind").equalTo(kind.name());
  }

  private int cores() {
    return spark.sparkContext().defaultParallelism();
  }
}
