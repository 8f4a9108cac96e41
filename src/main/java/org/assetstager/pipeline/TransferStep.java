package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assetstager.asset.Sizes;
import org.assetstager.report.Amounts;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.CandidateRoots;
import org.assetstager.upload.LeftoverUploads;
import org.assetstager.upload.SplitTransfer;
import org.assetstager.upload.TransferWork;
import org.assetstager.upload.UploadLog;
import org.assetstager.upload.UploadTasks;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.DigestLog;
import org.assetstager.verify.Roots;

/** Carries the plan's work files out: sends what is new, reads what is known. */
final class TransferStep {
  private final PipelineRun run;
  private final Roots roots;
  private final UploadLog uploads;

  TransferStep(PipelineRun run, Roots roots, UploadLog uploads) {
    this.run = run;
    this.roots = roots;
    this.uploads = uploads;
  }

  StepCommit run(StepCommit plan) {
    List<StepFile> work = new ArrayList<>(plan.files(Steps.WORK));
    work.addAll(plan.files(Steps.WORK_ALONE));
    work.addAll(plan.files(Steps.WORK_LATER));
    if (work.isEmpty()) {
      return run.steps().once(Steps.TRANSFER, () -> new Done(List.of()));
    }
    long rows = work.stream().mapToLong(StepFile::rows).sum();
    return run.steps()
        .once(
            Steps.TRANSFER,
            () ->
                run.phases()
                    .run(
                        "transfer",
                        "transfer " + Amounts.count(rows) + " files",
                        TaskProgress.FILES,
                        progress -> transfer(work, progress.expect(rows, Weights.bytes(work)))));
  }

  private Done transfer(List<StepFile> work, TaskProgress progress) {
    long bytes = work.stream().mapToLong(StepFile::weight).reduce(0, Sizes::sum);
    int cores = run.description().cores();
    SplitTransfer transfer =
        new SplitTransfer(
            run.spark(),
            transferWork(progress),
            Math.max(run.settings().upload().splitThresholdBytes(), bytes / cores),
            Weights.target(bytes, cores));
    List<StepFile> results =
        run.steps()
            .missingAtOnce(
                Steps.TRANSFER, work, TaskFiles.LEDGER, (left, done) -> transfer(transfer, work, left, done));
    LeftoverUploads.abort(uploads, run.settings());
    return new Done(results);
  }

  /** Carries out what is left; rows of a content that wait for others of its rows come last. */
  private List<StepFile> transfer(
      SplitTransfer transfer, List<StepFile> work, List<StepFile> left, List<StepFile> done) {
    Map<Boolean, List<StepFile>> byLater =
        left.stream()
            .collect(Collectors.partitioningBy(file -> file.kind().equals(Steps.WORK_LATER)));
    List<StepFile> results = new ArrayList<>(done);
    List<StepFile> wholes = run.steps().ofOpen(Steps.TRANSFER, TransferWork.WHOLE);
    results.addAll(transfer.run(byLater.get(false), wholes));
    results.addAll(transfer.runLater(afterFirst(byLater.get(true), work, results)));
    return results.subList(done.size(), results.size());
  }

  /** Finds for each later work file what came of the last one before it, which has the content. */
  private static Map<StepFile, StepFile> afterFirst(
      List<StepFile> later, List<StepFile> work, List<StepFile> results) {
    if (later.isEmpty()) {
      return Map.of();
    }
    NavigableSet<Integer> firsts =
        work.stream()
            .filter(file -> !file.kind().equals(Steps.WORK_LATER))
            .map(StepFile::number)
            .collect(Collectors.toCollection(TreeSet::new));
    Map<Integer, StepFile> resultOf =
        results.stream().collect(Collectors.toMap(StepFile::number, Function.identity()));
    return later.stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                file -> Objects.requireNonNull(resultOf.get(firsts.lower(file.number())))));
  }

  private TransferWork transferWork(TaskProgress progress) {
    UploadTasks tasks =
        new UploadTasks(
            run.settings(),
            run.description().runId(),
            run.resumed(),
            new OfCandidates(roots),
            run.requests(),
            progress,
            uploads,
            new DigestLog(run.folder()));
    return new TransferWork(tasks, run.ledgerRows(), run.output(), Steps.PLAN);
  }

  /** Opens roots as the scan saw them. */
  record OfCandidates(Roots roots) implements CandidateRoots {
    @Override
    public AssetRoot of(Candidate candidate) {
      return roots.of(Objects.requireNonNull(candidate.found().row().root()), candidate.rootSeen());
    }
  }
}
