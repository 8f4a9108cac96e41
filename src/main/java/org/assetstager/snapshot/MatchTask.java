package org.assetstager.snapshot;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Objects;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.ByteKeys;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.TextHash;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Brings each file that was found together with what earlier manifests and ledgers say of it, and
 * makes one of those that a list names more than once. The pairs come in the order of {@link
 * ByteKeys}: of each path the files, then what is said.
 */
record MatchTask(SnapshotTasks tasks, TaskProgress progress)
    implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, StepFile> {
  /** The value is a {@link SnapshotEntry}. */
  static final byte FOUND = 0;

  /** The value is an {@link EarlierFile}. */
  static final byte EARLIER = 1;

  /** So that it doesn't depend on the order of a shuffle which one of several is taken. */
  private static final Comparator<SnapshotEntry> FIRST =
      Comparator.comparing(
          SnapshotEntry::columns, Comparator.nullsFirst(Comparator.naturalOrder()));

  /** Makes the key of a path, relative to the root. */
  static byte[] key(String path, byte tag) {
    return ByteKeys.of(TextHash.of(path), path, tag);
  }

  @Override
  public Iterator<StepFile> call(Iterator<Tuple2<byte[], byte[]>> pairs) {
    TaskFiles files = TaskFiles.ofTask(tasks.output(), SnapshotTasks.MATCH);
    Group group = new Group(new byte[1]);
    while (pairs.hasNext()) {
      Tuple2<byte[], byte[]> pair = pairs.next();
      if (!ByteKeys.sameGroup(pair._1(), group.key)) {
        write(group, files);
        group = new Group(pair._1());
      }
      if (ByteKeys.tag(pair._1()) == EARLIER) {
        group.compare(EarlierFile.CODEC.fromBytes(pair._2()));
      } else {
        SnapshotEntry again = group.add(SnapshotEntry.CODEC.fromBytes(pair._2()));
        progress.count(1);
        if (again != null) {
          tasks.add(SnapshotEntry.skipped(again.path(), SkipReason.LISTED_TWICE, null), files);
        }
      }
    }
    write(group, files);
    return files.finish().iterator();
  }

  private void write(Group group, TaskFiles files) {
    SnapshotEntry file = group.file;
    if (file == null) {
      return;
    }
    if (group.md5 != null && !group.doubted) {
      files.add(SnapshotTasks.KEPT, SnapshotEntry.CODEC, file.withMd5(group.md5), 0);
      return;
    }
    tasks.add(file.withMd5(null), files);
  }

  /** What there is of one path. */
  private static final class Group {
    private final byte[] key;
    private @Nullable SnapshotEntry file;
    private @Nullable String md5;
    private boolean doubted;

    Group(byte[] key) {
      this.key = key;
    }

    /** Takes a file; returns which one is too many, or null. */
    @Nullable SnapshotEntry add(SnapshotEntry found) {
      if (found.md5() != null) {
        hear(found.md5());
      }
      SnapshotEntry before = file;
      doubted |= before != null && !before.hasFactsOf(found);
      if (before == null || FIRST.compare(found, before) < 0) {
        file = found;
        return before;
      }
      return found;
    }

    void compare(EarlierFile earlier) {
      if (file != null && earlier.isStill(file)) {
        hear(earlier.md5());
      }
    }

    /** Takes the MD5 that a row names. If two rows name different ones, none is taken over. */
    private void hear(@Nullable String said) {
      doubted |= said == null || (md5 != null && !Objects.equals(md5, said));
      md5 = said;
    }
  }
}
