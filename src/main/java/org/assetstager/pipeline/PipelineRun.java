package org.assetstager.pipeline;

import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.progress.Phases;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepOutput;
import org.assetstager.run.StepRun;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;

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

  StepOutput output() {
    return steps().output();
  }

  LedgerRows ledgerRows() {
    return new LedgerRows(
        description.runId(), description.dryRun(), settings.remote(), settings.staging().bucket());
  }
}
