package org.assetstager.pipeline;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.progress.Phases;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepOutput;
import org.assetstager.run.StepRun;
import org.assetstager.run.StepRun.Done;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.UploadLog;
import org.assetstager.upload.UploadTasks;
import org.assetstager.verify.DigestLog;
import org.assetstager.verify.Roots;

/**
 * What all steps of a run need, on the driver.
 *
 * @param resumed whether the run was started before
 */
public record PipelineRun(
    JavaSparkContext spark,
    Settings settings,
    RunFolder folder,
    RunDescription description,
    boolean resumed,
    StepCommits commits,
    RequestTotals requests,
    Phases phases) {
  StepRun steps() {
    return new StepRun(spark, folder, commits, resumed);
  }

  /**
   * Returns a step's commit; does the work as a phase of the step's name, and commits it, unless
   * that was done before.
   *
   * @param noun what the phase counts, in the plural
   * @param work is given the counter
   */
  StepCommit once(String step, String description, String noun, Function<TaskProgress, Done> work) {
    return steps().once(step, () -> phases.run(step, description, noun, work));
  }

  /** Returns the commit of a step that has nothing to do. */
  StepCommit nothing(String step) {
    return steps().once(step, () -> new Done(List.of()));
  }

  StepOutput output() {
    return steps().output();
  }

  /** Returns the roots of the run's rows. */
  Roots roots() {
    return Roots.ofRun(folder, description, settings.manifest().allowedRoots());
  }

  /**
   * Returns what tasks that send or read the contents of candidates have in common.
   *
   * @param roots of the candidates
   * @param uploads has the run's multipart uploads on record
   */
  UploadTasks uploadTasks(Roots roots, TaskProgress progress, UploadLog uploads) {
    return new UploadTasks(
        settings,
        description.runId(),
        resumed,
        roots::of,
        requests,
        progress,
        uploads,
        new DigestLog(folder));
  }

  /** Whether many tasks may send one content. In one JVM, a single task needs less CPU time. */
  boolean splitsContents() {
    return settings.upload().splitsInOneJvm() || !spark.isLocal();
  }

  LedgerRows ledgerRows() {
    return new LedgerRows(
        description.runId(), description.dryRun(), settings.remote(), settings.staging().bucket());
  }
}
