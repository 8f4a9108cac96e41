package org.assetstager.snapshot;

import com.google.common.collect.Iterators;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepOutput;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.ByteKeys;
import org.assetstager.spark.TaskProgress;
import scala.Tuple2;

/**
 * Joins the files that were found with earlier manifests and ledgers, in a shuffle by their paths.
 */
record MatchStep(JavaSparkContext spark, SnapshotTasks tasks, EarlierFiles earlier) {
  /** A second's work; fewer than the files that a task can make, since a large one has its own. */
  private static final long ROWS_OF_PARTITION = TaskFiles.MOST_FILES * 4L / 5;

  /** Fewer aren't worth a task. */
  private static final long LEAST_ROWS = 1_000;

  /** What the numbers of work files leave room for. */
  private static final int MOST_PARTITIONS = 20_000;

  /**
   * Compares all files.
   *
   * @param walk what was found
   */
  Done run(StepCommit walk, TaskProgress progress) {
    List<StepFile> found = walk.files(SnapshotTasks.FILES);
    long rows = StepFiles.rows(found);
    JavaPairRDD<byte[], byte[]> all =
        earlier.below(tasks.rootNames(), spark, progress).union(found(found));
    List<StepFile> matched =
        all.repartitionAndSortWithinPartitions(
                new ByteKeys.ByHash(partitions(rows)), new ByteKeys())
            .mapPartitions(new MatchTask(tasks, progress.expect(rows, 0)))
            .collect();
    if (StepFiles.rows(matched) != rows) {
      throw JobFailure.system(
          "Of " + rows + " files that were found, " + StepFiles.rows(matched) + " were compared",
          "Don't rely on this snapshot; keep --out and report the fault");
    }
    return new Done(matched);
  }

  private int partitions(long rows) {
    long forCores = Math.min(2L * spark.defaultParallelism(), rows / LEAST_ROWS);
    return (int)
        Math.min(Math.max(1, Math.max(forCores, rows / ROWS_OF_PARTITION + 1)), MOST_PARTITIONS);
  }

  private JavaPairRDD<byte[], byte[]> found(List<StepFile> files) {
    return files.isEmpty()
        ? JavaPairRDD.fromJavaRDD(spark.emptyRDD())
        : spark
            .parallelize(files, Math.min(files.size(), MOST_PARTITIONS))
            .flatMapToPair(new Read(tasks.output()));
  }

  /** Reads what was found. */
  private record Read(StepOutput output) implements PairFlatMapFunction<StepFile, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(StepFile file) {
      return Iterators.transform(
          output.read(SnapshotTasks.WALK, file, SnapshotEntry.CODEC),
          entry ->
              new Tuple2<>(
                  MatchTask.key(entry.path(), MatchTask.FOUND),
                  SnapshotEntry.CODEC.toBytes(entry)));
    }
  }
}
