package org.assetstager.run;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/**
 * The records of a run's steps: each task writes a file of its own, complete or not at all, so that
 * no result of an effect is lost with an executor and none waits for a shuffle. It returns the
 * file's name to the driver, which commits those of the tasks that succeeded: {@link StepCommits}.
 * Other files in a step's folder, of failed tasks and of drivers that were overtaken, are never
 * read. Section 6 of the design.
 */
public final class StepRecords {
  private static final String LEDGER = "ledger";

  /**
   * Compressed; a row takes some 20 bytes at least, so that these are no more than one task reads
   * and sorts in a second. Spread over tasks, it would be shuffled for every join.
   */
  private static final long ONE_TASK_BYTES = 1 << 20;

  private final SparkSession spark;
  private final RunFolder folder;
  private final StepCommits commits;
  private final StepFiles files;
  private final PublishedLedger published;
  private final @Nullable TaskProgress progress;

  /** Works on the records below a run's folder. */
  public StepRecords(SparkSession spark, RunFolder folder, StepCommits commits) {
    this(spark, folder, commits, null);
  }

  private StepRecords(
      SparkSession spark, RunFolder folder, StepCommits commits, @Nullable TaskProgress progress) {
    this.spark = spark;
    this.folder = folder;
    this.commits = commits;
    this.files =
        new StepFiles(
            JavaSparkContext.fromSparkContext(spark.sparkContext()), folder, commits.nonce());
    this.published = new PublishedLedger(folder);
    this.progress = progress;
  }

  /** Returns the same records; rows that are written as a whole are counted. */
  public StepRecords counting(TaskProgress counter) {
    return new StepRecords(spark, folder, commits, counter);
  }

  /** What is fixed about a step before it starts. */
  record Description(int partitions, String fingerprint, String nonce) {}

  /**
   * Records what a step's partitions are, or makes sure that they are as recorded when it first
   * started.
   *
   * @param fingerprint of everything that the partitions' rows depend on
   * @throws JobFailure if the step was started with another fingerprint or number of partitions
   */
  public void describe(String step, int partitions, String fingerprint) {
    String file = StepFiles.folder(step) + "/_description.json";
    Description now = new Description(partitions, fingerprint, commits.nonce());
    Optional<Description> there = folder.readJson(file, Description.class);
    if (there.isEmpty() && !folder.create(file, now)) {
      there = folder.readJson(file, Description.class);
    }
    if (there.isPresent() && !there.get().equals(now)) {
      throw JobFailure.input(
          "The run's step " + step + " was started with other rows or settings",
          "Resume with what it was started with, or start a new run");
    }
  }

  /**
   * Runs what is missing of a step whose partitions are the same whenever it is run; partitions
   * that have a file, of whichever driver, are not run again.
   *
   * @param rows has exactly {@code partitions} partitions
   * @param work makes the rows of a partition's result
   * @throws OvertakenException if another driver has ended the step meanwhile
   */
  public <R extends Record> Dataset<Row> runMissing(
      String step,
      Dataset<Row> rows,
      int partitions,
      MapPartitionsFunction<Row, Row> work,
      RecordCodec<R> result) {
    StepCommit commit = committed(step);
    if (commit == null) {
      List<StepFile> results = new ArrayList<>(files.ofOpen(step, StepFile.PART));
      BitSet present = new BitSet();
      results.forEach(file -> present.set(file.number()));
      if (present.cardinality() < partitions) {
        var write =
            WritePartition.ofMissing(
                folder,
                StepFiles.folder(step),
                result.schema(),
                RecordSeal.ofRun(commits.nonce()),
                present,
                work);
        results.addAll(rows.javaRDD().mapPartitions(write).collect());
      }
      requireEach(step, partitions, results);
      commit = commits.commit(step, results);
    }
    return read(commit, result.schema());
  }

  private static void requireEach(String step, int partitions, List<StepFile> files) {
    long there = files.stream().mapToInt(StepFile::number).distinct().count();
    boolean inRange = files.stream().allMatch(file -> file.number() < partitions);
    if (there != partitions || files.size() != partitions || !inRange) {
      throw JobFailure.system(
          "The step " + step + " has " + there + " partition files instead of " + partitions,
          "Run again with --resume");
    }
  }

  /**
   * Writes a dataset below {@code steps/} as a whole, unless that was done before.
   *
   * @param rows in the column order of the codec
   */
  public <R extends Record> Dataset<Row> writeOnce(
      String step, Dataset<Row> rows, RecordCodec<R> codec) {
    return writeOnce(step, () -> rows, codec);
  }

  /**
   * As the other {@code writeOnce}, for rows whose making takes Spark jobs by itself: they are made
   * only if they aren't written.
   */
  public <R extends Record> Dataset<Row> writeOnce(
      String step, Supplier<Dataset<Row>> rows, RecordCodec<R> codec) {
    return writeMadeOnce(step, () -> rows.get().javaRDD(), codec);
  }

  /**
   * As the other {@code writeOnce}, for rows that the tasks make one by one: they are written as
   * they are made, without being put into Spark's own form and back.
   */
  public <R extends Record> Dataset<Row> writeMadeOnce(
      String step, Supplier<JavaRDD<Row>> rows, RecordCodec<R> codec) {
    StepCommit commit = committed(step);
    if (commit == null) {
      commit = write(step, rows, codec.schema(), Map.of());
    }
    return read(commit, codec.schema());
  }

  /** Returns the results of the partitions of a step that have been run so far. */
  public <R extends Record> Dataset<Row> recorded(String step, RecordCodec<R> result) {
    StepCommit commit = committed(step);
    return read(
        step, commit == null ? files.ofOpen(step, StepFile.PART) : commit.files(), result.schema());
  }

  /**
   * Writes the ledger as a whole, unless that was done before, and publishes it.
   *
   * @param footer what each file's footer says besides, by its key
   */
  public <R extends Record> Dataset<Row> writeLedger(
      Supplier<JavaRDD<Row>> rows, RecordCodec<R> codec, Map<String, String> footer) {
    StepCommit commit = commits.find(LEDGER);
    if (commit == null) {
      commit = write(LEDGER, rows, codec.schema(), footer);
    }
    published.publish(List.of(commit), StepFile.PART);
    // Also of a ledger that is there already: another run's would have as many files perhaps.
    files.check(published.sealed(List.of(commit), StepFile.PART));
    return ledger(spark, folder, codec);
  }

  /**
   * Returns the ledger that was published.
   *
   * @throws JobFailure if files of it are missing, and rows with them
   */
  public static <R extends Record> Dataset<Row> ledger(
      SparkSession spark, RunFolder folder, RecordCodec<R> codec) {
    new PublishedLedger(folder).paths();
    return read(spark, codec.schema(), folder.ledger().toString());
  }

  /**
   * Writes what an audit found.
   *
   * @param audit its folder in the run's folder, one for each audit
   */
  public static <R extends Record> Dataset<Row> writeAudit(
      SparkSession spark, RunFolder folder, String audit, Dataset<Row> rows, RecordCodec<R> codec) {
    String place = audit + "/rows";
    var write = WritePartition.ofWhole(folder, place, codec.schema(), Map.of(), null);
    List<StepFile> files = rows.javaRDD().mapPartitions(write).collect();
    Set<String> written = files.stream().map(StepFile::name).collect(Collectors.toSet());
    for (FileStatus file : folder.list(place)) {
      String name = file.getPath().getName();
      if (StepFiles.isPart(name) && !written.contains(name)) {
        // Of a task that ran twice.
        folder.delete(place + "/" + name);
      }
    }
    folder.writeText(place + "/_SUCCESS", String.valueOf(files.size()));
    return read(spark, codec.schema(), folder.child(place).toString());
  }

  private StepCommit write(
      String step, Supplier<JavaRDD<Row>> rows, StructType schema, Map<String, String> footer) {
    Map<String, String> sealed = new TreeMap<>(footer);
    sealed.putAll(RecordSeal.ofRun(commits.nonce()));
    var write = WritePartition.ofWhole(folder, StepFiles.folder(step), schema, sealed, progress);
    return commits.commit(step, rows.get().mapPartitions(write).collect());
  }

  /** Returns the commit of a step that was ended before, once its files are known to be its own. */
  private @Nullable StepCommit committed(String step) {
    StepCommit commit = commits.find(step);
    if (commit != null) {
      files.requireAll(commit.step(), commit.files());
    }
    return commit;
  }

  private Dataset<Row> read(StepCommit commit, StructType schema) {
    return read(commit.step(), commit.files(), schema);
  }

  private Dataset<Row> read(String step, List<StepFile> written, StructType schema) {
    if (written.isEmpty()) {
      return spark.createDataFrame(List.of(), schema);
    }
    String[] paths =
        written.stream()
            .map(file -> files.path(step, file.name()).toString())
            .toArray(String[]::new);
    // The files say which columns are required; Spark takes every column of a file as nullable.
    Dataset<Row> rows = read(spark, schema, paths);
    long bytes = written.stream().mapToLong(StepFile::bytes).sum();
    return bytes <= ONE_TASK_BYTES ? rows.coalesce(1) : rows;
  }

  private static Dataset<Row> read(SparkSession spark, StructType schema, String... paths) {
    return LiteralPaths.read(spark.read().schema(schema), DataFrameReader::parquet, paths);
  }
}
