package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
   * Does the work files of a step that have no result yet, of whichever driver, the heaviest first.
   *
   * @param resultKind kind of the file that is a work file's result
   * @param work makes the result of a work file, of its number
   * @return all results
   */
  static List<StepFile> missing(
      PipelineRun run,
      String step,
      List<StepFile> workFiles,
      String resultKind,
      Function<StepFile, StepFile> work) {
    StepFiles files = new StepFiles(run.spark(), run.folder(), run.description().nonce());
    List<StepFile> results =
        new ArrayList<>(run.resumed() ? files.ofOpen(step, resultKind) : List.of());
    Set<Integer> done = results.stream().map(StepFile::number).collect(Collectors.toSet());
    List<StepFile> left =
        workFiles.stream()
            .filter(file -> !done.contains(file.number()))
            .sorted(Comparator.comparingLong(StepFile::weight).reversed())
            .toList();
    if (!left.isEmpty()) {
      results.addAll(run.spark().parallelize(left, left.size()).map(work).collect());
    }
    requireEach(step, workFiles, results);
    return results;
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
