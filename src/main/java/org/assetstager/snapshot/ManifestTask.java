package org.assetstager.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.MinMaxPriorityQueue;
import com.google.common.math.LongMath;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes a part of the manifest, and of the list of skipped files, from the files of the earlier
 * steps.
 */
record ManifestTask(SnapshotTasks tasks, RunFolder folder, SnapshotRequest request)
    implements FlatMapFunction<Iterator<ManifestTask.Source>, ManifestTask.Part> {
  /** Of the notes: the bytes of all files; the others are called by what was skipped. */
  static final String BYTES = "bytes";

  /** Of the notes: the files that kept their MD5. */
  static final String KEPT = "kept";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Comparator<Skipped> BY_PATH = Comparator.comparing(Skipped::path);

  /** A file of an earlier step. */
  record Source(String step, StepFile file) implements Serializable {}

  /**
   * What a task has written.
   *
   * @param notes sums, by their names
   * @param examples of what was skipped, the first by path
   */
  record Part(List<StepFile> files, Map<String, Long> notes, List<Skipped> examples)
      implements Serializable {
    static final Part NONE = new Part(List.of(), Map.of(), List.of());

    /** Returns both together. */
    Part plus(Part other) {
      Map<String, Long> sums = new HashMap<>(notes);
      other.notes.forEach((name, more) -> sums.merge(name, more, LongMath::saturatedAdd));
      return new Part(
          Stream.concat(files.stream(), other.files.stream()).toList(),
          sums,
          Stream.concat(examples.stream(), other.examples.stream())
              .sorted(BY_PATH)
              .limit(SnapshotResult.EXAMPLES)
              .toList());
    }
  }

  @Override
  public Iterator<Part> call(Iterator<Source> sources) {
    try (Writing writing = new Writing()) {
      while (sources.hasNext()) {
        Source source = sources.next();
        tasks
            .output()
            .read(source.step(), source.file(), SnapshotEntry.CODEC)
            .forEachRemaining(writing::add);
        if (source.file().kind().equals(SnapshotTasks.KEPT)) {
          writing.kept(source.file().rows());
        }
      }
      return List.of(writing.finish()).iterator();
    }
  }

  /** The result of a task so far. */
  private final class Writing implements AutoCloseable {
    private final JsonLines rows =
        new JsonLines(folder, SnapshotTasks.ROWS, TaskContext.getPartitionId());
    private final JsonLines skipped =
        new JsonLines(folder, SnapshotTasks.SKIPPED, TaskContext.getPartitionId());
    private final Map<String, Long> notes = new HashMap<>();
    private final Queue<Skipped> examples =
        MinMaxPriorityQueue.orderedBy(BY_PATH).maximumSize(SnapshotResult.EXAMPLES).create();

    void add(SnapshotEntry file) {
      if (file.reason() == null) {
        rows.add(line(file, tasks.rootPath(), request));
        notes.merge(BYTES, file.size(), LongMath::saturatedAdd);
      } else {
        skip(new Skipped(file.path(), file.reason(), file.detail()));
      }
    }

    void kept(long files) {
      notes.merge(KEPT, files, Long::sum);
    }

    private void skip(Skipped one) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.put("path", one.path()).put("reason", one.reason().name());
      putText(line, "detail", one.detail());
      skipped.add(line);
      notes.merge(one.reason().name(), 1L, Long::sum);
      examples.add(one);
    }

    Part finish() {
      List<StepFile> files = new ArrayList<>();
      Stream.of(rows, skipped).map(JsonLines::finish).filter(Objects::nonNull).forEach(files::add);
      return new Part(files, Map.copyOf(notes), List.copyOf(examples));
    }

    @Override
    public void close() {
      rows.close();
      skipped.close();
    }
  }

  /** Makes a row of the manifest, with the fields that manifest.md lists. */
  static ObjectNode line(SnapshotEntry file, String root, SnapshotRequest request) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("top_hash", request.topHash());
    line.put("root", root);
    line.put("path", file.path());
    line.put("state", "pending");
    line.put("st_size", file.size());
    line.put("st_mtime_ns", file.modifiedAtNanos());
    line.put("st_ctime_ns", file.changedAtNanos());
    line.put("st_nlink", file.linkCount());
    line.put("st_ino", new BigInteger(Long.toUnsignedString(file.inode())));
    putText(line, "md5", file.md5());
    putText(line, "class_id", request.classId());
    putText(line, "asset", request.asset());
    if (file.columns() != null) {
      addColumns(line, file.columns());
    }
    return line;
  }

  /** What a list says of a file overrules what the command line says of all. */
  private static void addColumns(ObjectNode line, String columns) {
    try {
      line.setAll((ObjectNode) JSON.readTree(columns));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("A record of this snapshot is not JSON", e);
    }
  }

  private static void putText(ObjectNode line, String name, @Nullable String text) {
    if (text != null) {
      line.put(name, text);
    }
  }
}
