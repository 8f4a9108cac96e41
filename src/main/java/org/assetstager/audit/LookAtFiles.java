package org.assetstager.audit;

import com.google.common.collect.Iterators;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.Roots;
import org.assetstager.verify.RootsSeen;
import org.assetstager.verify.SeenAgain;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Looks at the files of {@link JudgedRow}s that nothing speaks against so far, several at a time,
 * and writes the paths of those that are as they were. Deletes nothing.
 */
record LookAtFiles(Roots roots, StepOutput output, TaskProgress progress)
    implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, LookAtFiles.Part> {
  /** The step's name. */
  static final String STEP = "look";

  private static final String KIND = "safe";

  /** A look waits for the file server, not for a core. */
  private static final int LOOKS_AT_ONCE = 16;

  private static final int FILES_OF_LOOK = 64;

  /**
   * A file that is safe to delete.
   *
   * @param path absolute, without symbolic links
   */
  record SafeFile(String path) {
    static final RecordCodec<SafeFile> CODEC = RecordCodec.of(SafeFile.class);
  }

  /**
   * The result of a task.
   *
   * @param files of {@link SafeFile}
   */
  record Part(List<StepFile> files, DeletionTotals totals, List<RootsSeen> roots)
      implements Serializable {
    static final Part NONE = new Part(List.of(), DeletionTotals.NONE, List.of());

    /** Returns both together. */
    Part plus(Part other) {
      return new Part(
          Stream.concat(files.stream(), other.files.stream()).toList(),
          totals.plus(other.totals),
          Stream.concat(roots.stream(), other.roots.stream()).toList());
    }
  }

  /** A group, and why its rows' file is kept; null where it is safe to delete. */
  private record Looked(PathGroups.Group group, @Nullable Kept kept, @Nullable String detail) {}

  @Override
  public Iterator<Part> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
    RootsSeen.Collector rootsSeen = new RootsSeen.Collector();
    SeenAgain look = new SeenAgain(roots, rootsSeen);
    Iterator<List<Looked>> looked =
        ConcurrentMap.map(
            Iterators.partition(new PathGroups(sorted), FILES_OF_LOOK),
            LOOKS_AT_ONCE,
            "look",
            groups -> groups.stream().map(group -> look(group, look)).toList());
    TaskFiles files = TaskFiles.ofTask(output, STEP);
    DeletionTotals.Counter totals = new DeletionTotals.Counter();
    while (looked.hasNext()) {
      looked.next().forEach(each -> add(each, files, totals));
    }
    return List.of(new Part(files.finish(), totals.totals(), List.of(rootsSeen.finish())))
        .iterator();
  }

  private static Looked look(PathGroups.Group group, SeenAgain look) {
    if (!group.safe()) {
      return new Looked(group, Kept.OTHER_ROW, null);
    }
    JudgedRow row = group.one();
    String root = Objects.requireNonNull(row.root());
    String path = Objects.requireNonNull(row.path());
    String realRoot = look.realPath(root);
    if (realRoot != null && !JudgedRow.absolute(realRoot, path).equals(group.path())) {
      return new Looked(
          group, Kept.UNREACHABLE, "its root leads to " + realRoot + " on one host, not on all");
    }
    SeenAgain.Found found = look.look(root, path, row.seen());
    return new Looked(group, Kept.of(found.change()), found.detail());
  }

  private void add(Looked looked, TaskFiles files, DeletionTotals.Counter totals) {
    PathGroups.Group group = looked.group();
    Long known = group.one().fileSize();
    long size = known == null ? 0 : known;
    long others = group.kept().values().stream().mapToLong(Long::longValue).sum();
    group.kept().forEach((kept, rows) -> totals.add(kept, rows, size, group.path()));
    if (looked.kept() == null) {
      files.add(KIND, SafeFile.CODEC, new SafeFile(group.path()), 0);
      totals.addSafe(group.open(), size);
    } else {
      String detail = looked.detail();
      totals.add(
          looked.kept(),
          group.open(),
          size,
          detail == null ? group.path() : group.path() + ": " + detail);
    }
    progress.count(group.open() + others);
  }
}
