package org.assetstager.run;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RecordSeal.Sealed;

/**
 * The files of a run's steps, below {@code steps/}: which of them exist, and whether they are
 * complete.
 *
 * @param nonce of its description
 */
public record StepFiles(JavaSparkContext spark, RunFolder run, String nonce) {
  private static final Pattern PART =
      Pattern.compile("([a-z]+)-([0-9]{5,})-[0-9a-f]{32}\\.parquet");

  /** Footers are read in milliseconds. */
  private static final int MOST_TASKS = 64;

  Path path(String step, String name) {
    return new Path(run.child(StepCommits.files(step)), name);
  }

  /**
   * Returns the files of a step that isn't ended yet: of each partition the first by name.
   *
   * @param kind of the files
   * @return files that were read to their ends, because nothing else checks them before they count
   * @throws JobFailure if one of them isn't what the run wrote
   */
  public List<StepFile> ofOpen(String step, String kind) {
    Map<Integer, Sealed> first = new TreeMap<>();
    for (String name : names(step)) {
      Matcher matcher = PART.matcher(name);
      if (matcher.matches() && matcher.group(1).equals(kind)) {
        int number = Integer.parseInt(matcher.group(2));
        first.putIfAbsent(number, sealed(step, kind, number, name));
      }
    }
    return check(List.copyOf(first.values()), true);
  }

  /**
   * Makes sure that files of an ended step are there, and what the run wrote.
   *
   * @param expected those of the commit that are to be read
   * @throws JobFailure if they aren't, and rows are lost
   */
  public void requireAll(String step, List<StepFile> expected) {
    Set<String> there = Set.copyOf(names(step));
    for (StepFile file : expected) {
      if (!there.contains(file.name())) {
        throw JobFailure.system(
            "The run's record " + path(step, file.name()) + " is missing", RecordSeal.PUT_BACK);
      }
    }
    check(
        expected.stream()
            .map(file -> sealed(step, file.kind(), file.number(), file.name()))
            .toList());
  }

  private List<String> names(String step) {
    return run.list(StepCommits.files(step)).stream()
        .map(file -> file.getPath().getName())
        .sorted()
        .toList();
  }

  private Sealed sealed(String step, String kind, int number, String name) {
    String path = path(step, name).toString();
    return new Sealed(kind, number, path, path);
  }

  /**
   * Makes sure that files are what they were written as, on the executors.
   *
   * @throws JobFailure if one isn't
   */
  List<StepFile> check(List<Sealed> files) {
    return check(files, false);
  }

  private List<StepFile> check(List<Sealed> files, boolean whole) {
    return files.isEmpty()
        ? List.of()
        : spark
            .parallelize(files, Math.min(files.size(), MOST_TASKS))
            .map(new RecordSeal.Check(run, nonce, whole))
            .collect();
  }

  /** Returns how many rows files have together. */
  public static long rows(List<StepFile> files) {
    return files.stream().mapToLong(StepFile::rows).sum();
  }

  /** Removes the steps' files. Their commits stay, for a driver that wakes up late. */
  public static void delete(RunFolder run) {
    folders(run).forEach(run::delete);
  }

  /** Does the same for a run that has ended, whatever becomes of it. */
  public static void deleteOrWarn(RunFolder run, PrintWriter out) {
    try {
      delete(run);
    } catch (JobFailure notRemoved) {
      out.println(
          "warning  The records of the run's steps could not be removed: "
              + notRemoved.getMessage());
    }
  }

  private static Stream<String> folders(RunFolder run) {
    return run.list(StepCommits.FOLDER).stream()
        .filter(FileStatus::isDirectory)
        .map(step -> StepCommits.files(step.getPath().getName()));
  }
}
