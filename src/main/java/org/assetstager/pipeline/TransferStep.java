package org.assetstager.pipeline;

import com.google.common.math.LongMath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assetstager.asset.Total;
import org.assetstager.metrics.JobTotals;
import org.assetstager.report.Amounts;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.SplitTransfer;
import org.assetstager.upload.TransferWork;
import org.assetstager.upload.UploadLog;
import org.assetstager.upload.UploadTasks;
import org.assetstager.verify.Roots;

/** Carries the plan's work files out: sends what is new, reads what is known. */
record TransferStep(PipelineRun run, Roots roots, UploadLog uploads) {
  StepCommit execute(StepCommit plan) {
    List<StepFile> work = new ArrayList<>(plan.files(Steps.WORK));
    work.addAll(plan.files(Steps.WORK_ALONE));
    work.addAll(plan.files(Steps.laterOf(Steps.WORK)));
    work.addAll(plan.files(Steps.laterOf(Steps.WORK_ALONE)));
    if (work.isEmpty()) {
      return run.nothing(Steps.TRANSFER);
    }
    long rows = StepFiles.rows(work);
    long bytes = Weights.bytes(work);
    JobTotals.plan(new Total(rows, bytes));
    StepCommit commit =
        run.once(
            Steps.TRANSFER,
            "transfer " + Amounts.count(rows) + " files",
            TaskProgress.FILES,
            progress -> transfer(work, progress.expect(rows, bytes)));
    // If another driver had overtaken this one, run.once would have failed: the uploads would be
    // the other's.
    uploads.abortAll(run.settings());
    return commit;
  }

  private Done transfer(List<StepFile> work, TaskProgress progress) {
    long bytes = work.stream().mapToLong(StepFile::weight).reduce(0, LongMath::saturatedAdd);
    int cores = run.description().cores();
    SplitTransfer transfer =
        new SplitTransfer(
            run.spark(),
            transferWork(progress),
            run.splitsContents()
                ? Math.max(run.settings().upload().splitThresholdBytes(), bytes / cores)
                : Long.MAX_VALUE,
            Weights.target(bytes, cores));
    List<StepFile> results =
        run.steps()
            .missingAtOnce(
                Steps.TRANSFER,
                work,
                TaskFiles.LEDGER,
                progress,
                (left, done) -> transfer(transfer, work, left, done));
    return new Done(results);
  }

  /** Carries out what is left; rows of a content that wait for others of its rows come last. */
  private List<StepFile> transfer(
      SplitTransfer transfer, List<StepFile> work, List<StepFile> left, List<StepFile> done) {
    List<StepFile> results = new ArrayList<>(done);
    List<StepFile> wholes = run.steps().ofOpen(Steps.TRANSFER, TransferWork.WHOLE);
    results.addAll(transfer.run(left.stream().filter(TransferStep::isFirst).toList(), wholes));
    List<StepFile> later = left.stream().filter(file -> !isFirst(file)).toList();
    results.addAll(transfer.runLater(afterFirst(later, work, results)));
    return results.subList(done.size(), results.size());
  }

  private static boolean isFirst(StepFile work) {
    return work.kind().equals(Steps.WORK) || work.kind().equals(Steps.WORK_ALONE);
  }

  /** Finds for each later work file what came of the one before it, which has its content. */
  private static Map<StepFile, StepFile> afterFirst(
      List<StepFile> later, List<StepFile> work, List<StepFile> results) {
    Map<Integer, StepFile> resultOf =
        results.stream().collect(Collectors.toMap(StepFile::number, Function.identity()));
    Map<String, NavigableSet<Integer>> firsts = new HashMap<>();
    for (StepFile file : later.isEmpty() ? List.<StepFile>of() : work) {
      firsts
          .computeIfAbsent(Steps.laterOf(file.kind()), kind -> new TreeSet<>())
          .add(file.number());
    }
    Map<StepFile, StepFile> after = new HashMap<>();
    for (StepFile file : later) {
      Integer first = Objects.requireNonNull(firsts.get(file.kind())).lower(file.number());
      after.put(file, Objects.requireNonNull(resultOf.get(Objects.requireNonNull(first))));
    }
    return after;
  }

  private TransferWork transferWork(TaskProgress progress) {
    UploadTasks tasks = run.uploadTasks(roots, progress, uploads);
    return new TransferWork(tasks, run.ledgerRows(), run.output(), Steps.PLAN);
  }
}
