package org.assetstager.snapshot;

import com.google.common.collect.Iterators;
import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.manifest.FileList;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepOutput;
import org.assetstager.run.StepRun.Done;
import org.assetstager.spark.TaskProgress;

/**
 * Finds the files of a snapshot, by a walk or by a list, and opens none of them.
 *
 * @param firstBudget as {@link Cut} has it
 */
record FindStep(JavaSparkContext spark, SnapshotTasks tasks, long firstBudget) {
  /** A walk's tasks wait for file servers, not for cores. */
  private static final int WALKS_PER_CORE = 4;

  /** File servers are busy with as many; and what the numbers of work files leave room for. */
  private static final int MOST_WALKS = 1_000;

  /** Walks in rounds: what a round's tasks left unread is spread over the next round's. */
  Done walk(TaskProgress progress) {
    List<StepFile> found = new ArrayList<>();
    JavaRDD<String> directories = spark.parallelize(List.of(""), 1);
    int tasksBefore = 0;
    long budget = firstBudget;
    while (true) {
      List<StepFile> left = new ArrayList<>();
      WalkTask task = new WalkTask(tasks, tasksBefore, budget, progress);
      for (StepFile file : files(directories.mapPartitions(task).collect())) {
        (file.kind().equals(SnapshotTasks.DIRECTORIES) ? left : found).add(file);
      }
      if (left.isEmpty()) {
        return new Done(found);
      }
      tasksBefore += directories.getNumPartitions();
      directories = spread(left);
      // Twice as much each time: few rounds for any tree.
      budget = Math.min(2 * budget, Long.MAX_VALUE / 4);
    }
  }

  private JavaRDD<String> spread(List<StepFile> left) {
    long directories = StepFiles.rows(left);
    int most = Math.min(WALKS_PER_CORE * spark.defaultParallelism(), MOST_WALKS);
    return spark
        .parallelize(left, Math.min(left.size(), most))
        .flatMap(new Directories(tasks.output()))
        .repartition((int) Math.min(directories, most));
  }

  /** Reads the paths of directories. */
  private record Directories(StepOutput output) implements FlatMapFunction<StepFile, String> {
    @Override
    public Iterator<String> call(StepFile file) {
      return Iterators.transform(
          output.read(SnapshotTasks.WALK, file, SnapshotEntry.CODEC), SnapshotEntry::path);
    }
  }

  /** Looks at the files that a list names. */
  Done look(FileList list, TaskProgress progress) {
    return new Done(
        files(list.splits(spark).mapPartitions(new ListTask(tasks, list, progress)).collect()));
  }

  /** Returns the files, if all hosts saw the mounts that the driver sees. */
  private List<StepFile> files(List<SnapshotTasks.Found> found) {
    tasks.roots().compare(Lists.transform(found, SnapshotTasks.Found::roots));
    return found.stream().flatMap(task -> task.files().stream()).toList();
  }
}
