package org.assetstager.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Total;
import org.assetstager.spark.TaskProgress;

/**
 * How the steps of a run are done: each once, by whichever driver commits it first.
 *
 * @param resumed whether the run was started before
 */
public record StepRun(
    JavaSparkContext spark, RunFolder folder, StepCommits commits, boolean resumed) {
  /**
   * What a step has come to.
   *
   * @param notes what else the tasks counted, by its name
   */
  public record Done(List<StepFile> files, Map<String, Long> notes) {
    /** Has nothing but files. */
    public Done(List<StepFile> files) {
      this(files, Map.of());
    }
  }

  /** Returns where tasks write the steps' files, and read them. */
  public StepOutput output() {
    return new StepOutput(folder, commits.nonce());
  }

  private StepFiles files() {
    return new StepFiles(spark, folder, commits.nonce());
  }

  /** Returns the step's commit; does the work and commits it unless that was done before. */
  public StepCommit once(String step, Supplier<Done> work) {
    StepCommit commit = commits.find(step);
    if (commit != null) {
      // Final rows may have been published already, which makes sure of them by itself.
      files()
          .requireAll(
              step,
              commit.files().stream()
                  .filter(file -> !file.kind().equals(TaskFiles.LEDGER))
                  .toList());
      return commit;
    }
    Done done = work.get();
    return commits.commit(step, done.files(), done.notes());
  }

  /**
   * Does the work files of a step that have no result yet, of whichever driver, the heaviest first.
   *
   * @param resultKind kind of the file that is a work file's result
   * @param progress is told what is done already
   * @param work makes the result of a work file, of its number
   * @return all results
   */
  public List<StepFile> missing(
      String step,
      List<StepFile> workFiles,
      String resultKind,
      TaskProgress progress,
      Function<StepFile, StepFile> work) {
    return missingAtOnce(
        step,
        workFiles,
        resultKind,
        progress,
        (left, results) -> {
          List<StepFile> heaviestFirst =
              left.stream().sorted(Comparator.comparingLong(StepFile::weight).reversed()).toList();
          return spark.parallelize(heaviestFirst, left.size()).map(work).collect();
        });
  }

  /**
   * As {@link #missing}, by one who deals the work files out.
   *
   * @param work makes the results of all work files that are left, the first argument; the second
   *     are the results that there are; isn't called if none is left
   */
  public List<StepFile> missingAtOnce(
      String step,
      List<StepFile> workFiles,
      String resultKind,
      TaskProgress progress,
      BinaryOperator<List<StepFile>> work) {
    List<StepFile> results = new ArrayList<>(ofOpen(step, resultKind));
    Set<Integer> done = results.stream().map(StepFile::number).collect(Collectors.toSet());
    Map<Boolean, List<StepFile>> isDone =
        workFiles.stream().collect(Collectors.partitioningBy(f -> done.contains(f.number())));
    List<StepFile> earlier = Objects.requireNonNull(isDone.get(true));
    progress.startAt(new Total(StepFiles.rows(earlier), Weights.bytes(earlier)));
    List<StepFile> left = Objects.requireNonNull(isDone.get(false));
    if (!left.isEmpty()) {
      results.addAll(work.apply(left, List.copyOf(results)));
    }
    requireEach(step, workFiles, results);
    return results;
  }

  /** Returns the files of a kind that earlier drivers have made in a step that isn't ended. */
  public List<StepFile> ofOpen(String step, String kind) {
    return resumed ? files().ofOpen(step, kind) : List.of();
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
          "The step " + step + " has results of unknown work files: " + rows.keySet(),
          "Don't rely on this run; keep its folder and report the fault");
    }
  }
}
