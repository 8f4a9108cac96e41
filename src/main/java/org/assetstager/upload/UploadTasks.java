package org.assetstager.upload;

import java.io.Serializable;
import java.util.function.LongConsumer;
import org.apache.spark.TaskContext;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.S3Clients;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.DigestLog;
import org.assetstager.verify.FileVerifier;

/**
 * What all tasks that send or read contents have in common; nothing is opened before they run.
 *
 * @param resumed whether the run was started before: then what is there is looked at first
 * @param log has the run's multipart uploads on record
 * @param digests says where to continue with giants that are only read
 * @param smallFilesAtOnce rows or groups of small ones that a task has under way, as far as their
 *     bodies' memory allows
 */
public record UploadTasks(
    Settings settings,
    String runId,
    boolean resumed,
    CandidateRoots roots,
    RequestTotals requests,
    TaskProgress progress,
    UploadLog log,
    DigestLog digests,
    int smallFilesAtOnce)
    implements Serializable {
  /** With as many small files at once as is good in general. */
  public UploadTasks(
      Settings settings,
      String runId,
      boolean resumed,
      CandidateRoots roots,
      RequestTotals requests,
      TaskProgress progress,
      UploadLog log,
      DigestLog digests) {
    this(
        settings,
        runId,
        resumed,
        roots,
        requests,
        progress,
        log,
        digests,
        TaskLimits.SMALL_FILES_AT_ONCE);
  }

  /** Makes the uploader of a task, inside it. */
  ContentUploader uploader() {
    requests.addWhenTaskEnds();
    return new ContentUploader(
        settings, runId, S3Clients.staging(settings), roots::of, log, progress::countBytes);
  }

  /**
   * Makes what reads the files of rows that aren't sent by who reads them.
   *
   * @param bytesRead receives the number of bytes of each read, in the thread that reads
   */
  FileVerifier verifier(LongConsumer bytesRead) {
    return new FileVerifier(settings.verify().policy(), settings.upload(), digests, bytesRead);
  }

  /** Returns what bounds the memory of a task's bodies. */
  BodyBudget budget() {
    return new BodyBudget(settings.upload(), TaskLimits.BUFFERS);
  }

  /** Whether the running task looks before it sends: the run, or the task, was begun before. */
  boolean lookFirst() {
    return resumed || isRetried();
  }

  /**
   * Whether the task runs for the second time, or beside another attempt. Where a lost executor
   * held what the stage reads, the whole stage runs again, its tasks' attempts counted from 0.
   */
  static boolean isRetried() {
    TaskContext task = TaskContext.get();
    return task.attemptNumber() > 0 || task.stageAttemptNumber() > 0;
  }
}
