package org.assetstager.upload;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.assetstager.plan.Content;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.S3Clients;
import org.assetstager.settings.Settings;
import org.assetstager.spark.OutcomeCounts;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.ExecutorChecks;

/**
 * What all tasks that upload have in common; nothing is opened before they run.
 *
 * @param resumed whether the run was started before: then what is there is looked at first
 * @param log has the run's multipart uploads on record
 * @param smallFilesAtOnce contents that a task has under way, as far as their bodies' memory allows
 */
public record UploadTasks(
    Settings settings,
    String runId,
    boolean dryRun,
    boolean resumed,
    ExecutorChecks checks,
    RequestTotals requests,
    TaskProgress progress,
    UploadLog log,
    int smallFilesAtOnce)
    implements Serializable {
  /** With the parts below it bounds a task's memory: 8 buffers of {@code upload.part-size}. */
  static final int FILES_AT_ONCE = 4;

  static final int PARTS_IN_FLIGHT = 2;

  /** Small files wait for the network for most of their time, and take little of that memory. */
  public static final int SMALL_FILES_AT_ONCE = 16;

  /** With as many small files at once as is good in general. */
  public UploadTasks(
      Settings settings,
      String runId,
      boolean dryRun,
      boolean resumed,
      ExecutorChecks checks,
      RequestTotals requests,
      TaskProgress progress,
      UploadLog log) {
    this(settings, runId, dryRun, resumed, checks, requests, progress, log, SMALL_FILES_AT_ONCE);
  }

  /** Makes the uploader of a task, inside it. */
  ContentUploader uploader() {
    requests.addWhenTaskEnds();
    Map<String, AssetRoot> roots = checks.roots();
    return new ContentUploader(
        settings,
        runId,
        S3Clients.staging(settings),
        root -> requireNonNull(roots.get(root), root),
        PARTS_IN_FLIGHT,
        log);
  }

  /** Returns what bounds the memory of a task's bodies. */
  BodyBudget budget() {
    return new BodyBudget(settings.upload(), FILES_AT_ONCE * PARTS_IN_FLIGHT);
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
