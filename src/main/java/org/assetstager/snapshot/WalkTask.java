package org.assetstager.snapshot;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.TaskFiles;
import org.assetstager.snapshot.SnapshotEntry.Kind;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.RootsSeen;

/**
 * Walks the directories of a partition, and sorts what it finds into files.
 *
 * @param firstTask the number of the round's first task among those of all rounds
 * @param budget entries to meet before no further directory is opened
 */
record WalkTask(SnapshotTasks tasks, int firstTask, long budget, TaskProgress progress)
    implements FlatMapFunction<Iterator<String>, SnapshotTasks.Found> {
  @Override
  public Iterator<SnapshotTasks.Found> call(Iterator<String> directories) {
    TaskFiles files =
        TaskFiles.ofTask(
            tasks.output(), SnapshotTasks.WALK, firstTask + TaskContext.getPartitionId());
    RootsSeen.Collector seen = new RootsSeen.Collector();
    try (DirectoryWalk walk = new DirectoryWalk(tasks.root(), seen, directories, budget)) {
      while (walk.hasNext()) {
        SnapshotEntry entry = walk.next();
        tasks.add(entry, files);
        progress.count(entry.kind() == Kind.FILE ? 1 : 0);
      }
    }
    return List.of(new SnapshotTasks.Found(files.finish(), seen.finish())).iterator();
  }
}
