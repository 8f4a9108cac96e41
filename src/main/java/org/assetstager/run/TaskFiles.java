package org.assetstager.run;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * The files that one task of a step writes: one for each kind, created with its first record, and
 * further ones where it is cut. If they aren't finished, they are discarded with the task.
 */
public final class TaskFiles {
  /** Files of final rows. */
  public static final String LEDGER = "ledger";

  /** The numbers of a task's files are those from its own times this on. */
  public static final int MOST_FILES = 100_000;

  /** After so many files, twice as much goes into each: one task may have all rows. */
  private static final int FILES_OF_A_SIZE = 15_000;

  /** Enough for a hundred times what the files of the first size hold. */
  private static final int MOST_DOUBLINGS = 6;

  private final StepOutput output;
  private final String step;
  private final int firstNumber;
  private final Map<String, RecordWriter> open = new HashMap<>();
  private final Map<Outcome, Total> outcomes = new EnumMap<>(Outcome.class);
  private final List<StepFile> finished = new ArrayList<>();
  private int made;

  private TaskFiles(StepOutput output, String step, int firstNumber) {
    this.output = output;
    this.step = step;
    this.firstNumber = firstNumber;
  }

  /** Begins the files of the running task. */
  public static TaskFiles ofTask(StepOutput output, String step) {
    return ofTask(output, step, TaskContext.getPartitionId());
  }

  /**
   * Begins the files of the running task.
   *
   * @param number of the task in its step
   */
  public static TaskFiles ofTask(StepOutput output, String step, int number) {
    TaskContext task = TaskContext.get();
    TaskFiles files = new TaskFiles(output, step, Math.multiplyExact(number, MOST_FILES));
    task.addTaskCompletionListener((TaskCompletionListener) ended -> files.close());
    return files;
  }

  /** Begins the file of a work file's results, which has the work file's number. */
  public static TaskFiles ofWork(StepOutput output, String step, StepFile work) {
    TaskFiles files = new TaskFiles(output, step, work.number());
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> files.close());
    return files;
  }

  /**
   * Adds a record for the next step to the file of a kind.
   *
   * @param weight of the work that it is, in bytes
   */
  public <R extends Record> void add(String kind, RecordCodec<R> codec, R record, long weight) {
    file(kind, codec, false, Map.of()).add(codec, record, weight);
  }

  /** Adds a record that others read, by its columns, to the file of a kind. */
  public <R extends Record> void addRow(String kind, RecordCodec<R> codec, R record) {
    file(kind, codec, true, Map.of()).add(codec, record, 0);
  }

  /**
   * Adds a row of the ledger.
   *
   * @param footer what the files' footers say besides, by its key
   * @param size bytes of the row's file, or null
   */
  public <R extends Record> void addFinal(
      RecordCodec<R> codec,
      Map<String, String> footer,
      R row,
      Outcome outcome,
      @Nullable Long size) {
    file(LEDGER, codec, true, footer).add(codec, row, 0);
    outcomes.merge(outcome, new Total(1, size == null ? 0 : Math.max(0, size)), Total::plus);
  }

  private RecordWriter file(
      String kind, RecordCodec<?> codec, boolean columns, Map<String, String> footer) {
    RecordWriter writer = open.get(kind);
    if (writer == null) {
      if (made == MOST_FILES) {
        throw JobFailure.input(
            "One task of the step '" + step + "' has more than " + MOST_FILES + " files' work",
            "Divide the manifest, or the list of files, into several files");
      }
      writer = output.create(step, kind, firstNumber + made++, codec, columns, footer);
      open.put(kind, writer);
    }
    return writer;
  }

  /** Returns the weight of a kind's file so far. */
  public long weight(String kind) {
    RecordWriter writer = open.get(kind);
    return writer == null ? 0 : writer.weight();
  }

  /**
   * Ends the file of a kind if it is heavy enough.
   *
   * @param weight of one that is; more where the task has made many
   */
  public void cutAt(String kind, long weight) {
    if (weight(kind) >= heavy(weight, made)) {
      cut(kind);
    }
  }

  /** Returns what a file must weigh after so many. */
  static long heavy(long weight, int made) {
    return weight << Math.min(made / FILES_OF_A_SIZE, MOST_DOUBLINGS);
  }

  /** Ends the file of a kind; the next record of this kind begins another. */
  public void cut(String kind) {
    @Nullable RecordWriter writer = open.remove(kind);
    if (writer != null) {
      try (writer) {
        finished.add(writer.finish(kind.equals(LEDGER) ? outcomes : Map.of()));
      }
      if (kind.equals(LEDGER)) {
        outcomes.clear();
      }
    }
  }

  /** Ends all files and returns what there is to commit. */
  public List<StepFile> finish() {
    List.copyOf(open.keySet()).forEach(this::cut);
    return List.copyOf(finished);
  }

  private void close() {
    open.values().forEach(RecordWriter::close);
  }
}
