package org.assetstager.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Iterators;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.LinkOption;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.assetstager.manifest.FileList;
import org.assetstager.manifest.ListReader;
import org.assetstager.manifest.ListedFile;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.TaskEnd;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.FileRefusedException;
import org.assetstager.verify.RootsSeen;
import org.assetstager.verify.ScannedDirectories;
import org.assetstager.verify.ScannedFile;
import org.jspecify.annotations.Nullable;

/** Looks at the files that shares of a list name, and opens none. */
record ListTask(SnapshotTasks tasks, FileList list, TaskProgress progress)
    implements FlatMapFunction<Iterator<FileList.Split>, SnapshotTasks.Found> {
  /** Stats wait for file servers; from a local disk's cache more threads take no less time. */
  private static final int THREADS = 16;

  /** So that handing paths to threads costs little beside looking at their files. */
  private static final int PATHS_AT_ONCE = 64;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public Iterator<SnapshotTasks.Found> call(Iterator<FileList.Split> splits) {
    AssetRoot root = tasks.root();
    RootsSeen.Collector seen = new RootsSeen.Collector();
    ScannedDirectories directories = new ScannedDirectories();
    TaskFiles files =
        TaskFiles.ofTask(tasks.output(), SnapshotTasks.WALK, TaskContext.getPartitionId());
    Iterator<ListedFile> listed =
        Iterators.concat(Iterators.transform(splits, split -> open(split, tasks.rootNames())));
    Iterator<List<SnapshotEntry>> found =
        ConcurrentMap.map(
            Iterators.partition(listed, PATHS_AT_ONCE),
            THREADS,
            "list",
            batch -> batch.stream().map(file -> look(file, root, seen, directories)).toList());
    while (found.hasNext()) {
      List<SnapshotEntry> batch = found.next();
      batch.forEach(entry -> tasks.add(entry, files));
      progress.count(batch.size());
    }
    return List.of(new SnapshotTasks.Found(files.finish(), seen.finish())).iterator();
  }

  private ListReader open(FileList.Split split, List<String> roots) {
    return TaskEnd.closing(list.read(split, roots));
  }

  private static SnapshotEntry look(
      ListedFile listed, AssetRoot root, RootsSeen.Collector seen, ScannedDirectories directories) {
    ListedFile.Problem problem = listed.problem();
    if (problem != null) {
      SkipReason reason =
          switch (problem) {
            case OUTSIDE_ROOT -> SkipReason.OUTSIDE_ROOT;
            case ROOT -> SkipReason.DIRECTORY;
            case NOT_UTF8 -> SkipReason.NAME_NOT_UTF8;
            case INVALID -> SkipReason.BAD_ENTRY;
          };
      return SnapshotEntry.skipped(listed.path(), reason, listed.detail());
    }
    String path = listed.path();
    if (path.equals(DirectoryWalk.ASSET_FOLDER)
        || path.startsWith(DirectoryWalk.ASSET_FOLDER + "/")) {
      return SnapshotEntry.skipped(path, SkipReason.ASSET_FOLDER, null);
    }
    try {
      ScannedFile file = directories.find(root, path);
      seen.addMountPoints(root, file.realPath());
      if (!file.realPath().equals(root.realPath().resolve(path))) {
        String detail = "it leads to " + file.realPath();
        return SnapshotEntry.skipped(path, SkipReason.SYMBOLIC_LINK, detail);
      }
      if (UnixFiles.isRemovedOnNfs(file.realPath().getFileName().toString())) {
        return SnapshotEntry.skipped(path, SkipReason.REMOVED, null);
      }
      return withListed(SnapshotEntry.file(path, file.facts()), file.facts(), listed);
    } catch (FileRefusedException e) {
      return refused(path, root, e);
    }
  }

  private static SnapshotEntry refused(String path, AssetRoot root, FileRefusedException e) {
    return switch (e.verdict()) {
      case DELETED -> SnapshotEntry.skipped(path, kind(path, root), null);
      case OUTSIDE_ROOT -> SnapshotEntry.skipped(path, SkipReason.SYMBOLIC_LINK, e.getMessage());
      default -> SnapshotEntry.skipped(path, SkipReason.UNREADABLE, e.getMessage());
    };
  }

  /** Returns why what is at a path is no regular file. */
  private static SkipReason kind(String path, AssetRoot root) {
    try {
      FileFacts facts = UnixFiles.facts(root.realPath().resolve(path), LinkOption.NOFOLLOW_LINKS);
      if (facts.isSymbolicLink()) {
        return SkipReason.SYMBOLIC_LINK;
      }
      return facts.isDirectory() ? SkipReason.DIRECTORY : SkipReason.SPECIAL_FILE;
    } catch (IOException e) {
      return SkipReason.VANISHED;
    }
  }

  private static SnapshotEntry withListed(SnapshotEntry file, FileFacts facts, ListedFile listed) {
    ManifestRow row = listed.row();
    if (row == null || file.kind() != SnapshotEntry.Kind.FILE) {
      return file;
    }
    return file.withMd5(isStill(row, facts) ? row.storedMd5() : null)
        .withColumns(json(listed.carried()));
  }

  /** Whether the file has the facts that a row names, as far as it names any. */
  private static boolean isStill(ManifestRow row, FileFacts facts) {
    Long size = row.storedSize();
    Long inode = row.storedInode();
    BigInteger modified = row.storedMtimeNanos();
    BigInteger changed = row.storedCtimeNanos();
    Double modifiedSeconds = row.storedMtimeSeconds();
    Double changedSeconds = row.storedCtimeSeconds();
    Long links = row.storedLinkCount();
    return (size == null || size == facts.size())
        && (links == null || links == facts.linkCount())
        && (inode == null || inode == facts.inode())
        && (modified == null || modified.equals(facts.modifiedAtNanos()))
        && (changed == null || changed.equals(facts.changedAtNanos()))
        && (modifiedSeconds == null || modifiedSeconds == facts.modified().toPythonSeconds())
        && (changedSeconds == null || changedSeconds == facts.changed().toPythonSeconds());
  }

  private static @Nullable String json(Map<String, Object> carried) {
    try {
      return carried.isEmpty() ? null : JSON.writeValueAsString(carried);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Strings and booleans can always be written", e);
    }
  }
}
