package org.assetstager.manifest;

import com.google.common.math.LongMath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.spark.SharedConfiguration;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/** Reads manifest files of all formats on the executors: one row for each of their rows. */
public final class ManifestReader {
  /** A manifest may have many more files. */
  private static final int MOST_PARTITIONS = 20_000;

  private static final Set<Format> LINES =
      EnumSet.of(Format.JSONL, Format.JSONL_GZ, Format.JSONL_ZST);

  private static final Set<Format> ROW_FILES =
      EnumSet.of(Format.JSONL, Format.JSONL_GZ, Format.JSONL_ZST, Format.PARQUET);

  /** About 100,000 rows: seconds of work. */
  private static final long MOST_SPLIT_BYTES = 32L << 20;

  /** Less is not worth a task of its own. */
  private static final long LEAST_SPLIT_BYTES = 2L << 20;

  /** The driver holds all splits; a sparse file may be of any length. */
  private static final long MOST_SPLITS = 100_000;

  /** So that each core has something to read in a manifest of a few files. */
  private static final int SPLITS_PER_CORE = 2;

  private final JavaSparkContext spark;
  private final ManifestRules rules;
  private final long mostSplitBytes;

  /**
   * Prepares to read.
   *
   * @param defaultRoot root of rows that name none, or null
   * @param progress counts the bytes of manifests that aren't Parquet; it gets their sum if all are
   *     JSON Lines
   */
  public ManifestReader(
      JavaSparkContext spark,
      ManifestSettings settings,
      @Nullable String defaultRoot,
      TaskProgress progress) {
    this(spark, settings, defaultRoot, progress, MOST_SPLIT_BYTES);
  }

  ManifestReader(
      JavaSparkContext spark,
      ManifestSettings settings,
      @Nullable String defaultRoot,
      TaskProgress progress,
      long mostSplitBytes) {
    this.spark = spark;
    this.mostSplitBytes = mostSplitBytes;
    this.rules =
        new ManifestRules(
            settings, defaultRoot, new SharedConfiguration(spark.hadoopConfiguration()), progress);
    rules.fields(FolderColumns.NONE);
  }

  /** Returns the rows of all files. */
  public JavaRDD<ManifestRow> read(Collection<ManifestFile> files) {
    rules.progress().expect(0, countedBytes(files));
    List<JavaRDD<ManifestRow>> parts = new ArrayList<>();
    List<ManifestFile> rowFiles = ManifestFile.ofFormats(files, ROW_FILES);
    if (!rowFiles.isEmpty()) {
      parts.add(readSplits(rowFiles));
    }
    if (!ManifestFile.ofFormats(files, EnumSet.of(Format.AMA)).isEmpty()) {
      parts.add(new AmaManifests(spark, rules, amaTasks(files)).read(files));
    }
    return parts.stream().reduce(JavaRDD::union).orElseGet(() -> spark.emptyRDD());
  }

  private int amaTasks(Collection<ManifestFile> files) {
    long bytes = bytes(files);
    long splitBytes = splitBytes(bytes, spark.defaultParallelism(), mostSplitBytes);
    return (int) Math.min(bytes / splitBytes + 1, MOST_PARTITIONS);
  }

  /** Returns 0 if not all work is counted in bytes, because they wouldn't show the progress. */
  private static long countedBytes(Collection<ManifestFile> files) {
    return ManifestFile.ofFormats(files, EnumSet.complementOf(EnumSet.of(Format.SUCCESS))).stream()
            .allMatch(file -> LINES.contains(file.format()))
        ? bytes(ManifestFile.ofFormats(files, LINES))
        : 0;
  }

  private static long bytes(Collection<ManifestFile> files) {
    return files.stream().mapToLong(ManifestFile::lengthBytes).reduce(0, LongMath::saturatedAdd);
  }

  private JavaRDD<ManifestRow> readSplits(List<ManifestFile> files) {
    long splitBytes = splitBytes(bytes(files), spark.defaultParallelism(), mostSplitBytes);
    List<ManifestSplit> splits =
        files.stream().flatMap(file -> splits(file, splitBytes).stream()).toList();
    return spark
        .parallelize(splits, Math.min(splits.size(), MOST_PARTITIONS))
        .mapPartitions(new ReadSplit(rules));
  }

  static List<ManifestSplit> splits(ManifestFile file, long splitBytes) {
    boolean whole = file.format() == Format.JSONL_GZ || file.format() == Format.JSONL_ZST;
    // A row group belongs to the split of its middle, which a footer may put anywhere.
    long fileEnd = whole || file.format() == Format.PARQUET ? Long.MAX_VALUE : file.lengthBytes();
    List<ManifestSplit> splits = new ArrayList<>();
    long start = 0;
    while (start < file.lengthBytes()) {
      boolean last = whole || file.lengthBytes() - start <= splitBytes;
      long end = last ? fileEnd : start + splitBytes;
      splits.add(new ManifestSplit(file, start, end));
      start = end;
    }
    return splits;
  }

  static long splitBytes(long allBytes, int cores, long most) {
    long bytes = Math.min(Math.max(allBytes / SPLITS_PER_CORE / cores, LEAST_SPLIT_BYTES), most);
    return Math.max(bytes, allBytes / MOST_SPLITS);
  }
}
