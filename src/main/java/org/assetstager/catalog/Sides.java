package org.assetstager.catalog;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.assetstager.asset.ContentKey;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Settings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.TaskProgress;

/**
 * Both buckets, for the tasks of the listing. They look at staging first, so that they see content
 * that the server moves to the remote meanwhile in one of them.
 */
record Sides(Settings settings, RequestTotals requests, StepOutput output, TaskProgress progress)
    implements Serializable {
  /** The name of the step that lists. */
  static final String STEP = "list";

  /** Requests wait for the store, not for a core. */
  static final int REQUESTS_AT_ONCE = 16;

  /** In the order in which they are asked. */
  static final List<Side> IN_ORDER = List.of(Side.STAGING, Side.REMOTE);

  BucketSettings bucket(Side side) {
    return side == Side.REMOTE ? settings.remote() : settings.staging().bucket();
  }

  BucketReader reader(Side side) {
    return BucketReader.of(side, settings);
  }

  /** Returns what all contents' keys of a side begin with. */
  String contents(Side side) {
    return ContentKey.contents(bucket(side).prefix());
  }

  /**
   * Lists pages and the pages that follow, several at a time, and writes the contents that it
   * finds. Runs in a task.
   *
   * @return the namespaces that are left
   */
  Map<String, Long> list(Side side, Collection<? extends PageRequest> first, Files files) {
    Deque<PageRequest> waiting = new ArrayDeque<>(first);
    BucketReader bucket = reader(side);
    String contents = contents(side);
    Iterator<PageRequest.Answer> answers =
        ConcurrentMap.map(
            new Waiting(waiting),
            REQUESTS_AT_ONCE,
            "list-" + side.settingsName(),
            request -> request.ask(bucket, contents));
    Map<String, Long> left = new HashMap<>();
    while (answers.hasNext()) {
      PageRequest.Answer answer = answers.next();
      answer.known().forEach(content -> files.add(side, content));
      answer.next().forEach(waiting::addFirst);
      left.putAll(answer.left());
      progress.count(answer.keys());
    }
    return left;
  }

  /** Takes requests as long as there are any: an answer may bring more. */
  private record Waiting(Deque<PageRequest> requests) implements Iterator<PageRequest> {
    @Override
    public boolean hasNext() {
      return !requests.isEmpty();
    }

    @Override
    public PageRequest next() {
      return requests.removeFirst();
    }
  }

  /** Begins the files of the running task. */
  Files filesOfTask(int firstNumber) {
    requests.addWhenTaskEnds();
    return new Files(output, firstNumber + TaskContext.get().partitionId());
  }

  /** The files of a task, one for each side that holds something. */
  static final class Files implements AutoCloseable {
    private final StepOutput output;
    private final int number;
    private final Map<Side, RecordWriter> writers = new EnumMap<>(Side.class);

    private Files(StepOutput output, int number) {
      this.output = output;
      this.number = number;
    }

    void add(Side side, KnownContent content) {
      writers
          .computeIfAbsent(
              side,
              of ->
                  output.create(
                      STEP, of.settingsName(), number, KnownContent.CODEC, false, Map.of()))
          .add(KnownContent.CODEC, content, 0);
    }

    List<StepFile> finish() {
      return writers.values().stream().map(writer -> writer.finish(Map.of())).toList();
    }

    /** Gives up what isn't finished. */
    @Override
    public void close() {
      writers.values().forEach(RecordWriter::close);
    }
  }
}
