package org.assetstager.snapshot;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Roots;
import org.assetstager.verify.RootsSeen;

/**
 * What all tasks of a snapshot need.
 *
 * @param output where they write
 * @param rootPath the directory to read, as the driver has it
 * @param rootSeen what the driver saw of it
 * @param workFileWeight what files to hash may weigh together before the next file is begun
 */
record SnapshotTasks(
    StepOutput output, Roots roots, String rootPath, AssetRoot.Seen rootSeen, long workFileWeight)
    implements Serializable {
  /** The step that finds files. */
  static final String WALK = "walk";

  /** The step that compares them with earlier ones. */
  static final String MATCH = "match";

  /** The step that reads them. */
  static final String HASH = "hash";

  /** The step that writes the manifest. */
  static final String MANIFEST = "manifest";

  /** Of the walk, and of the match: work files of files without an MD5. */
  static final String FILES = "files";

  /** Of the walk: directories that a round left to the next. */
  static final String DIRECTORIES = "directories";

  /** Of the match: files that keep their MD5. */
  static final String KEPT = "kept";

  /**
   * Of the walk, and of the match: what was skipped. Of the manifest: that, and what the hashing
   * skipped.
   */
  static final String SKIPPED = "skipped";

  /** Of the hashing: the results of a work file. */
  static final String HASHED = "hashed";

  /** Of the manifest: its rows. */
  static final String ROWS = "part";

  /**
   * What a task of the walk has found.
   *
   * @param files that it wrote
   * @param roots what it saw of mount points below the root
   */
  record Found(List<StepFile> files, RootsSeen roots) implements Serializable {}

  /** Adds what was found to the files of a task. */
  void add(SnapshotEntry entry, TaskFiles files) {
    switch (entry.kind()) {
      case FILE -> {
        files.cutAt(FILES, workFileWeight);
        files.add(FILES, SnapshotEntry.CODEC, entry, Weights.ofFile(entry.size(), true));
      }
      case DIRECTORY -> files.add(DIRECTORIES, SnapshotEntry.CODEC, entry, 0);
      case SKIPPED -> files.add(SKIPPED, SnapshotEntry.CODEC, entry, 0);
    }
  }

  /** Returns the absolute names of the root: as it was given, and without symbolic links. */
  List<String> rootNames() {
    return Stream.of(rootPath, rootSeen.realPath()).distinct().toList();
  }

  /**
   * Returns the root.
   *
   * @throws org.assetstager.asset.JobFailure if it isn't the directory that the driver saw, or
   *     {@code --out} isn't the folder that the driver sees
   */
  AssetRoot root() {
    return roots.of(rootPath, rootSeen);
  }
}
