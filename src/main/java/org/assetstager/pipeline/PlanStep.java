package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.assetstager.catalog.RemoteConfirmation;
import org.assetstager.pipeline.ReadForPlan.Source;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.settings.InventorySettings;
import org.assetstager.spark.ByteKeys;
import org.assetstager.spark.TaskProgress;

/** Joins candidates with listings and decides; the only shuffle of rows. */
record PlanStep(PipelineRun run) {
  /**
   * Seconds of a core's work, which a task sorts in memory; fewer than the files that a task can
   * make, since each large content has its own.
   */
  private static final long ROWS_OF_TASK = TaskFiles.MOST_FILES * 4L / 5;

  /** Less than a second's work isn't worth a task. */
  private static final long LEAST_ROWS_OF_TASK = 20_000;

  /** What the numbers of work files leave room for. */
  private static final long MOST_TASKS = 20_000;

  /** Of equal files; some seconds of a task that reads empty ones. */
  private static final long MOST_TOGETHER = 100_000;

  StepCommit execute(StepCommit scan, StepCommit digest, StepCommit list) {
    return run.once(
        Steps.PLAN,
        "plan the transfer",
        "contents",
        progress -> plan(scan, digest, list, progress));
  }

  private Done plan(StepCommit scan, StepCommit digest, StepCommit list, TaskProgress progress) {
    List<Source> sources =
        new ArrayList<>(ReadForPlan.sources(Steps.SCAN, scan.files(Steps.CANDIDATES)));
    sources.addAll(ReadForPlan.sources(Steps.DIGEST, digest.files()));
    long bytes = sources.stream().mapToLong(source -> source.file().weight()).sum();
    if (sources.isEmpty()) {
      return new Done(List.of());
    }
    long rows = sources.stream().mapToLong(source -> source.file().rows()).sum();
    sources.addAll(ReadForPlan.sources(Steps.LIST, list.files()));
    int cores = run.description().cores();
    List<StepFile> written =
        run.spark()
            .parallelize(sources, Math.min(sources.size(), 4 * cores))
            .flatMapToPair(new ReadForPlan(run.output()))
            .repartitionAndSortWithinPartitions(
                new ByteKeys.ByHash(tasks(sources, cores)), new ByteKeys())
            .mapPartitions(
                new PlanContents(
                    run.output(),
                    run.ledgerRows(),
                    run.settings().verify().digest(),
                    run.description().dryRun(),
                    Weights.target(bytes, cores),
                    run.settings().upload().splitThresholdBytes(),
                    MOST_TOGETHER,
                    confirmation(),
                    progress))
            .collect();
    StepBalance.require(Steps.PLAN, rows, StepFiles.rows(written));
    return new Done(written);
  }

  private RemoteConfirmation confirmation() {
    InventorySettings inventory = run.settings().inventory();
    boolean all = inventory.manifest() != null && inventory.confirm();
    return new RemoteConfirmation(run.settings(), run.requests(), all);
  }

  private static int tasks(List<Source> sources, int cores) {
    long rows = sources.stream().mapToLong(source -> source.file().rows()).sum();
    long useful = Math.min(cores, rows / LEAST_ROWS_OF_TASK + 1);
    return (int) Math.min(Math.max(useful, rows / ROWS_OF_TASK + 1), MOST_TASKS);
  }
}
