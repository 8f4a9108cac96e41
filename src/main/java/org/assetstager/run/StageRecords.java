package org.assetstager.run;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/**
 * The records of a run's stages: each task writes the result file of its partition itself, complete
 * or not at all, so that no result of an effect is lost with an executor and none waits for a
 * shuffle; section 6 of the design.
 */
public final class StageRecords {
  /** Holds all of them, in the run's folder; a run that has come to its end needs it no more. */
  public static final String FOLDER = "stages";

  private static final Pattern PART = Pattern.compile("part-([0-9]{5,})\\.parquet");
  private static final String LEDGER = "ledger";
  private static final String DONE = "_SUCCESS";

  /**
   * Compressed; a row takes some 20 bytes at least, so that these are no more than one task reads
   * and sorts in a second. Spread over tasks, it would be shuffled for every join.
   */
  private static final long ONE_TASK_BYTES = 1 << 20;

  private static final String DO_AGAIN =
      "Delete it and run again with --resume: what it tells of is done again";
  private static final String PUT_BACK =
      "Put back what the run wrote, or start a new run, which finds what this one has staged";

  private final SparkSession spark;
  private final RunFolder folder;
  private final @Nullable TaskProgress progress;

  /** Works on the records below a run's folder. */
  public StageRecords(SparkSession spark, RunFolder folder) {
    this(spark, folder, null);
  }

  private StageRecords(SparkSession spark, RunFolder folder, @Nullable TaskProgress progress) {
    this.spark = spark;
    this.folder = folder;
    this.progress = progress;
  }

  /** Returns the same records; rows that are written as a whole are counted. */
  public StageRecords counting(TaskProgress counter) {
    return new StageRecords(spark, folder, counter);
  }

  /** What is fixed about a stage before it starts. */
  record Description(int partitions, String fingerprint) {}

  /**
   * Records what a stage's partitions are, or makes sure that they are as recorded when it first
   * started.
   *
   * @param fingerprint of everything that the partitions' rows depend on
   * @throws JobFailure if the stage was started with another fingerprint or number of partitions
   */
  public void describe(String stage, int partitions, String fingerprint) {
    String file = stageFolder(stage) + "/_description.json";
    Description now = new Description(partitions, fingerprint);
    Description known = folder.readJson(file, Description.class).orElse(null);
    if (known == null) {
      folder.writeJson(file, now);
    } else if (!known.equals(now)) {
      throw JobFailure.input(
          "The run's stage " + stage + " was started with other rows or settings",
          "Resume with what it was started with, or start a new run");
    }
  }

  /**
   * Runs what is missing of a stage whose partitions are the same whenever it is run; partitions
   * that have their file are not run again.
   *
   * @param rows has exactly {@code partitions} partitions
   * @param work makes the rows of a partition's result
   */
  public <R extends Record> Dataset<Row> runMissing(
      String stage,
      Dataset<Row> rows,
      int partitions,
      MapPartitionsFunction<Row, Row> work,
      RecordCodec<R> result) {
    BitSet present = partitionsOf(stageFolder(stage));
    if (present.length() <= partitions) {
      requireOwn(stageFolder(stage));
    }
    if (present.cardinality() < partitions) {
      rows.foreachPartition(
          WritePartition.ofStage(folder, stageFolder(stage), result.schema(), present, work));
    }
    int there = partitionsOf(stageFolder(stage)).cardinality();
    if (there != partitions) {
      throw JobFailure.system(
          "The stage " + stage + " has " + there + " partition files instead of " + partitions,
          "Run again with --resume");
    }
    return read(stageFolder(stage), result.schema());
  }

  /**
   * Writes a dataset below {@code stages/} as a whole, unless that was done before.
   *
   * @param rows in the column order of the codec
   */
  public <R extends Record> Dataset<Row> writeOnce(
      String stage, Dataset<Row> rows, RecordCodec<R> codec) {
    return writeOnce(stage, () -> rows, codec);
  }

  /**
   * As the other {@code writeOnce}, for rows whose making takes Spark jobs by itself: they are made
   * only if they aren't written.
   */
  public <R extends Record> Dataset<Row> writeOnce(
      String stage, Supplier<Dataset<Row>> rows, RecordCodec<R> codec) {
    return writeWhole(
        stageFolder(stage), codec.schema(), Map.of(), write -> rows.get().foreachPartition(write));
  }

  /**
   * As the other {@code writeOnce}, for rows that the tasks make one by one: they are written as
   * they are made, without being put into Spark's own form and back.
   */
  public <R extends Record> Dataset<Row> writeMadeOnce(
      String stage, Supplier<JavaRDD<Row>> rows, RecordCodec<R> codec) {
    return writeMade(stageFolder(stage), rows, codec, Map.of());
  }

  private <R extends Record> Dataset<Row> writeMade(
      String name, Supplier<JavaRDD<Row>> rows, RecordCodec<R> codec, Map<String, String> footer) {
    return writeWhole(name, codec.schema(), footer, write -> rows.get().foreachPartition(write));
  }

  /** Returns the results of the partitions of a stage that have been run so far. */
  public <R extends Record> Dataset<Row> recorded(String stage, RecordCodec<R> result) {
    requireOwn(stageFolder(stage));
    return read(stageFolder(stage), result.schema());
  }

  /**
   * Writes the ledger as a whole, unless that was done before.
   *
   * @param footer what each file's footer says besides, by its key
   */
  public <R extends Record> Dataset<Row> writeLedger(
      Supplier<JavaRDD<Row>> rows, RecordCodec<R> codec, Map<String, String> footer) {
    return writeMade(LEDGER, rows, codec, footer);
  }

  /**
   * Returns the ledger that was written as a whole.
   *
   * @throws JobFailure if files of it are missing, and rows with them
   */
  public <R extends Record> Dataset<Row> ledger(RecordCodec<R> codec) {
    requireAll(LEDGER);
    return read(LEDGER, codec.schema());
  }

  /**
   * Writes what an audit found, as a whole.
   *
   * @param audit its folder in the run's folder, one for each audit
   */
  public <R extends Record> Dataset<Row> writeAudit(
      String audit, Dataset<Row> rows, RecordCodec<R> codec) {
    return writeWhole(
        audit + "/rows", codec.schema(), Map.of(), write -> rows.foreachPartition(write));
  }

  private Dataset<Row> writeWhole(
      String name,
      StructType schema,
      Map<String, String> footer,
      Consumer<WritePartition> writing) {
    if (!folder.exists(name + "/" + DONE)) {
      folder.delete(name);
      writing.accept(WritePartition.ofWhole(folder, name, schema, footer, progress));
      folder.writeText(name + "/" + DONE, String.valueOf(partitionsOf(name).cardinality()));
      requireAll(name);
    } else {
      requireAll(name);
      requireOwn(name);
    }
    return read(name, schema);
  }

  private void requireAll(String name) {
    String written = folder.readText(name + "/" + DONE).orElse("");
    int there = partitionsOf(name).cardinality();
    if (!written.equals(String.valueOf(there))) {
      throw JobFailure.system(
          "The run's " + name + " has " + there + " partition files instead of " + written,
          PUT_BACK);
    }
  }

  /** Makes sure that the files of a stage that is there already are its own. */
  private void requireOwn(String name) {
    List<String> files =
        partitionsOf(name).stream()
            .mapToObj(partition -> PartitionFile.path(folder.child(name), partition).toString())
            .toList();
    if (!files.isEmpty()) {
      spark.createDataset(files, Encoders.STRING()).foreachPartition(new RecordSeal.Check(folder));
    }
  }

  private static String stageFolder(String stage) {
    return FOLDER + "/" + stage;
  }

  private Dataset<Row> read(String name, StructType schema) {
    List<FileStatus> files = folder.list(name);
    if (partitionsOf(files).isEmpty()) {
      return spark.createDataFrame(List.of(), schema);
    }
    // The files say which columns are required; Spark takes every column of a file as nullable.
    Dataset<Row> rows =
        LiteralPaths.reader(spark).schema(schema).parquet(folder.child(name).toString());
    long bytes = files.stream().mapToLong(FileStatus::getLen).sum();
    return bytes <= ONE_TASK_BYTES ? rows.coalesce(1) : rows;
  }

  private BitSet partitionsOf(String name) {
    return partitionsOf(folder.list(name));
  }

  private BitSet partitionsOf(List<FileStatus> files) {
    BitSet present = new BitSet();
    for (FileStatus file : files) {
      Matcher matcher = PART.matcher(file.getPath().getName());
      if (matcher.matches()) {
        requireContent(file);
        present.set(Integer.parseInt(matcher.group(1)));
      }
    }
    return present;
  }

  /** Spark passes over empty files: their rows would be lost in silence. */
  private void requireContent(FileStatus file) {
    if (file.getLen() == 0) {
      throw damaged(folder, file.getPath(), "is empty (0 bytes), as after a power failure");
    }
  }

  /**
   * Makes a failure of a record that can't be read as it was written.
   *
   * @param file of a stage or of the ledger
   * @param problem goes on from the file's name
   */
  public static JobFailure damaged(RunFolder folder, Path file, String problem) {
    String stage = FOLDER + "/" + file.getParent().getName();
    boolean byPartition = folder.exists(stage) && !folder.exists(stage + "/" + DONE);
    return JobFailure.system(
        "The run's record " + file + " " + problem, byPartition ? DO_AGAIN : PUT_BACK);
  }
}
