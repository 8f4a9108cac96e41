package org.assetstager;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;
import org.assetstager.asset.JobFailure;
import org.assetstager.digest.FileDigester;
import org.assetstager.manifest.ConflictingRows;
import org.assetstager.manifest.CountAddedBytes;
import org.assetstager.manifest.ManifestFile;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.manifest.ManifestFiles;
import org.assetstager.manifest.ManifestReader;
import org.assetstager.run.StepRecords;
import org.assetstager.settings.Settings;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.spark.TaskProgress;

/** Reads a run's manifest: the pipeline's first stage. */
final class RunManifest {
  /** Less is hashed sooner than hashing side by side is made ready, which takes a core seconds. */
  private static final long MUCH_TO_HASH_BYTES = 4L << 30;

  private final SparkSession spark;
  private final Settings settings;
  private final StageRun run;
  private final StepRecords records;

  RunManifest(SparkSession spark, Settings settings, StageRun run, StepRecords records) {
    this.spark = spark;
    this.settings = settings;
    this.run = run;
    this.records = records;
  }

  /** Returns a row of {@link ManifestReader#ROWS} for each row of the manifest. */
  Dataset<Row> read(TaskProgress progress) {
    ManifestReader reader =
        new ManifestReader(org.apache.spark.api.java.JavaSparkContext.fromSparkContext(spark.sparkContext()), settings.manifest(), run.description().defaultRoot(), progress);
    LongAccumulator addedBytes = spark.sparkContext().longAccumulator("bytes added");
    Dataset<Row> rows =
        records
            .counting(progress)
            .writeMadeOnce(
                "manifest",
                () ->
                    reader.read(run.description().manifests()).map(ManifestReader.ROWS::toRow).map(new CountAddedBytes(addedBytes)),
                ManifestReader.ROWS);
    if (addedBytes.value() >= MUCH_TO_HASH_BYTES) {
      prepareToHash();
    }
    run.requireUnchangedManifests(spark);
    requireAllRows(rows);
    return rows;
  }

  /** Compares the rows of each folder with the number that its writer left beside them. */
  private void requireAllRows(Dataset<Row> rows) {
    List<ManifestFile> ends =
        run.description().manifests().stream()
            .filter(file -> file.format() == Format.SUCCESS)
            .toList();
    if (ends.isEmpty()) {
      return;
    }
    Map<String, Long> byFolder = countBelow(ends.stream().map(RunManifest::folder).toList(), rows);
    for (ManifestFile end : ends) {
      String folder = folder(end);
      long expected = ManifestFiles.rowsBeside(end, spark.sparkContext().hadoopConfiguration());
      long read = byFolder.getOrDefault(folder, 0L);
      if (read != expected) {
        throw JobFailure.input(
            "The manifest folder "
                + folder
                + " has "
                + read
                + " rows, but its _SUCCESS says "
                + expected,
            "Put back what its writer wrote, or write it again");
      }
    }
  }

  private static String folder(ManifestFile success) {
    return success.path().substring(0, success.path().lastIndexOf('/') + 1);
  }

  /** Returns the number of rows of all files below each folder that has some. */
  private static Map<String, Long> countBelow(List<String> folders, Dataset<Row> rows) {
    Column all = array(folders.stream().map(functions::lit).toArray(Column[]::new));
    Map<String, Long> counts = new HashMap<>();
    rows.groupBy("manifest_file")
        .count()
        .select(
            explode(filter(all, folder -> col("manifest_file").startsWith(folder))).as("folder"),
            col("count"))
        .groupBy("folder")
        .sum("count")
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return counts;
  }

  /**
   * Where this JVM is the executor, it has a core to spare while the driver plans its first query;
   * other executors begin with their first files.
   */
  private void prepareToHash() {
    if (spark.sparkContext().isLocal() && settings.verify().digest() == DigestMode.ALWAYS) {
      FileDigester.expectMuch();
    }
  }

  /** Returns the rows, those that contradict others with that fault. */
  Dataset<Row> markConflicts(Dataset<Row> rows) {
    Dataset<Row> conflicts =
        records.writeOnce("conflicts", () -> ConflictingRows.find(rows), ConflictingRows.FILES);
    Dataset<Row> marked =
        conflicts.isEmpty()
            ? rows
            : ManifestReader.ROWS.select(ConflictingRows.mark(rows, conflicts));
    requireFewInvalid(marked);
    return marked;
  }

  private void requireFewInvalid(Dataset<Row> rows) {
    Long most = run.description().maxInvalid();
    if (most == null) {
      return;
    }
    long invalid =
        rows.filter(col("fault").isNotNull().and(col("unrepresentable").equalTo(false))).count();
    if (invalid > most) {
      throw JobFailure.input(
          "The manifest has " + invalid + " bad rows, more than the " + most + " of --max-invalid",
          "Fix them (the run's folder "
              + run.folder().location()
              + "/steps/manifest has each with its fault), or allow more");
    }
  }
}
