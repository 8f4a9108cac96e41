package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.Function;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;

/** How a step is run: once, by whichever driver commits it first. */
final class StepRun {
  private StepRun() {}

  /** What a step has come to. */
  record Done(List<StepFile> files, Map<String, Long> notes) {
    Done(List<StepFile> files) {
      this(files, Map.of());
    }
  }

  /** Returns the step's commit; does the work and commits it unless that was done before. */
  static StepCommit once(PipelineRun run, String step, Supplier<Done> work) {
    StepFiles files = new StepFiles(run.spark(), run.folder(), run.description().nonce());
    StepCommit commit = run.commits().find(step);
    if (commit != null) {
      // Final rows may have been published already, which makes sure of them by itself.
      files.requireAll(
          step,
          commit.files().stream().filter(file -> !file.kind().equals(TaskFiles.LEDGER)).toList());
      return commit;
    }
    Done done = work.get();
    return run.commits().commit(step, done.files(), done.notes());
  }

  /**
   * Does the work files of a step that have no result yet, of whichever driver.
   *
   * @param resultKind kind of the file that is a work file's result, and has its number
   * @param work makes the results of the work files that are left; isn't called if none is
   * @return all results
   */
  static List<StepFile> missing(
      PipelineRun run,
      String step,
      List<StepFile> workFiles,
      String resultKind,
      UnaryOperator<List<StepFile>> work) {
    List<StepFile> results = new ArrayList<>(ofOpen(run, step, resultKind));
    Set<Integer> done = results.stream().map(StepFile::number).collect(Collectors.toSet());
    List<StepFile> left =
        workFiles.stream().filter(file -> !done.contains(file.number())).toList();
    if (!left.isEmpty()) {
      results.addAll(work.apply(left));
    }
    requireEach(step, workFiles, results);
    return results;
  }

  /** Returns the files of a kind that earlier drivers have made in a step that isn't ended. */
  static List<StepFile> ofOpen(PipelineRun run, String step, String kind) {
    return run.resumed()
        ? new StepFiles(run.spark(), run.folder(), run.description().nonce()).ofOpen(step, kind)
        : List.of();
  }

  /** Does a work file in each task, the heaviest first. */
  static List<StepFile> each(
      PipelineRun run, List<StepFile> workFiles, Function<StepFile, StepFile> work) {
    List<StepFile> heaviestFirst =
        workFiles.stream()
            .sorted(Comparator.comparingLong(StepFile::weight).reversed())
            .toList();
    return run.spark().parallelize(heaviestFirst, heaviestFirst.size()).map(work).collect();
  }

  private static void requireEach(String step, List<StepFile> workFiles, List<StepFile> results) {
    Map<Integer, Long> rows =
        results.stream().collect(Collectors.toMap(StepFile::number, StepFile::rows));
    for (StepFile work : workFiles) {
      Long there = rows.remove(work.number());
      if (there == null || there != work.rows()) {
        throw JobFailure.system(
            "The step "
                + step
                + " has "
                + there
                + " rows instead of "
                + work.rows()
                + " of the work file "
                + work.name(),
            "Run again with --resume");
      }
    }
    if (!rows.isEmpty()) {
      throw JobFailure.system(
          "The step " + step + " has results of work files that there aren't: " + rows.keySet(),
          "Don't rely on this run; keep its folder and report the fault");
    }
  }
}
