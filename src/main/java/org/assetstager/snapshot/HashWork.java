package org.assetstager.snapshot;

import java.util.Iterator;
import org.apache.spark.api.java.function.Function;
import org.assetstager.run.StepFile;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.TaskProgress;

/**
 * Hashes the files of a work file.
 *
 * @param step that wrote the work files
 */
record HashWork(SnapshotTasks tasks, String step, TaskProgress progress)
    implements Function<StepFile, StepFile> {
  /** As many as the widest vectors have lanes for. */
  private static final int FILES_AT_ONCE = 16;

  @Override
  public StepFile call(StepFile work) {
    FileHasher hasher = new FileHasher(tasks.root());
    Iterator<SnapshotEntry> hashed =
        ConcurrentMap.map(
            tasks.output().read(step, work, SnapshotEntry.CODEC),
            FILES_AT_ONCE,
            "hash",
            hasher::hash);
    TaskFiles files = TaskFiles.ofWork(tasks.output(), SnapshotTasks.HASH, work);
    while (hashed.hasNext()) {
      SnapshotEntry file = hashed.next();
      files.add(SnapshotTasks.HASHED, SnapshotEntry.CODEC, file, 0);
      progress.count(1);
      progress.countBytes(file.size());
    }
    return files.finish().get(0);
  }
}
