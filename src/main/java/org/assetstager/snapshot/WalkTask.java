package org.assetstager.snapshot;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.spark.TaskProgress;

/** Walks the directories of a partition, and sorts what it finds into files. */
final class WalkTask implements FlatMapFunction<Iterator<String>, StepFile> {
  private final SnapshotTasks tasks;
  private final int firstTask;
  private final long budget;
  private final long workFileWeight;
  private final TaskProgress progress;

  /**
   * Makes a task of the walk.
   *
   * @param firstTask the number of the round's first task among those of all rounds
   * @param budget entries to meet before no further directory is opened
   * @param workFileWeight what files to hash may weigh together before the next file is begun
   */
  WalkTask(
      SnapshotTasks tasks, int firstTask, long budget, long workFileWeight, TaskProgress progress) {
    this.tasks = tasks;
    this.firstTask = firstTask;
    this.budget = budget;
    this.workFileWeight = workFileWeight;
    this.progress = progress;
  }

  @Override
  public Iterator<StepFile> call(Iterator<String> directories) {
    TaskFiles files =
        TaskFiles.ofTask(
            tasks.output(), SnapshotTasks.WALK, firstTask + TaskContext.getPartitionId());
    try (DirectoryWalk walk = new DirectoryWalk(tasks.root(), directories, budget)) {
      while (walk.hasNext()) {
        add(walk.next(), files);
      }
    }
    return files.finish().iterator();
  }

  private void add(SnapshotEntry entry, TaskFiles files) {
    switch (entry.kind()) {
      case FILE -> {
        if (files.weight(SnapshotTasks.FILES) >= workFileWeight) {
          files.cut(SnapshotTasks.FILES);
        }
        files.add(SnapshotTasks.FILES, SnapshotEntry.CODEC, entry, Weights.ofFile(entry.size(), true));
        progress.count(1);
      }
      case DIRECTORY -> files.add(SnapshotTasks.DIRECTORIES, SnapshotEntry.CODEC, entry, 0);
      case SKIPPED -> files.add(SnapshotTasks.SKIPPED, SnapshotEntry.CODEC, entry, 0);
    }
  }
}
