package org.assetstager.run;

import java.io.IOException;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskEnd;

/**
 * Where the tasks of a run's steps write their files, and read those of the steps before.
 *
 * @param nonce of the run's description
 */
public record StepOutput(RunFolder run, String nonce) implements Serializable {
  /**
   * Begins a file of a step.
   *
   * @param kind what its rows are, in small letters
   * @param number of the task's partition or work file
   * @param codec of all its records
   * @param columns whether the file has a column for each component, because others read it
   * @param footer what the file's footer says besides, by its key
   * @return closed by the caller, at the latest when the task ends
   * @throws JobFailure if the store refuses
   */
  public RecordWriter create(
      String step,
      String kind,
      int number,
      RecordCodec<?> codec,
      boolean columns,
      Map<String, String> footer) {
    Map<String, String> sealed = new HashMap<>(footer);
    sealed.putAll(RecordSeal.ofRun(nonce));
    Path folder = run.child(StepCommits.files(step));
    try {
      return new RecordWriter(run, folder, kind, number, codec, columns, sealed);
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't write a record to " + folder + ": " + e.getMessage(),
          "Check the free space and the rights of its folder, then run again with --resume",
          e);
    }
  }

  /**
   * Reads files that tasks of this driver have just written, one after the other, on the driver.
   *
   * @return closed by the caller
   */
  public <R extends Record> LedgerReader<R> readAll(
      String step, List<StepFile> files, RecordCodec<R> codec) {
    return new LedgerReader<>(
        run,
        files.stream().map(file -> path(step, file).toString()).iterator(),
        codec,
        EnumSet.allOf(Outcome.class));
  }

  /**
   * Reads the records of a file, in a task, which closes it when it ends.
   *
   * @param codec of the records that were written; of some of their columns, if they have columns
   * @throws JobFailure if it isn't what the step wrote
   */
  public <R extends Record> Iterator<R> read(String step, StepFile file, RecordCodec<R> codec) {
    return TaskEnd.closing(
        RecordReader.ofRecords(run, nonce, path(step, file), file.rows(), codec));
  }

  /** As {@link #read}, as the bytes that the codec makes of each record. */
  public <R extends Record> Iterator<byte[]> readBytes(
      String step, StepFile file, RecordCodec<R> codec) {
    return TaskEnd.closing(RecordReader.ofBytes(run, nonce, path(step, file), file.rows(), codec));
  }

  private Path path(String step, StepFile file) {
    return new Path(run.child(StepCommits.files(step)), file.name());
  }
}
