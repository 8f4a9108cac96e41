package org.assetstager.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.jspecify.annotations.Nullable;

/**
 * The commits of a run's steps, small files {@code steps/<step>.json} that are created once and
 * never replaced. Of each step the files of one driver count, all of them or none: so it doesn't
 * matter how long a driver was suspended, or how many work on a run. See "Run folder and resume" in
 * design.md; the rule is that of table formats (Iceberg's specification, "Optimistic Concurrency").
 */
public final class StepCommits {
  /** Holds the commits and, below it, the files of the steps. */
  public static final String FOLDER = "steps";

  /** The report of a run that has ended. */
  public static final String END = FOLDER + "/report.json";

  private final RunFolder folder;
  private final String nonce;
  private final String driver = UUID.randomUUID().toString();
  private @Nullable String ending;

  /**
   * Works on the commits of a run.
   *
   * @param nonce of the run's description: a run that was started anew under the same id has
   *     another
   */
  public StepCommits(RunFolder folder, String nonce) {
    this.folder = folder;
    this.nonce = nonce;
  }

  String nonce() {
    return nonce;
  }

  /** Returns the folder of a step's files, in the run's folder. */
  static String files(String step) {
    return FOLDER + "/" + step;
  }

  private static String file(String step) {
    return FOLDER + "/" + step + ".json";
  }

  /**
   * Returns the commit of a step, of whichever driver; null while there is none.
   *
   * @throws OvertakenException if it is of another run of this id
   */
  public @Nullable StepCommit find(String step) {
    StepCommit found = folder.readJson(file(step), StepCommit.class).orElse(null);
    if (found != null && !found.nonce().equals(nonce)) {
      throw OvertakenException.byAnotherRun(folder, step);
    }
    return found;
  }

  /**
   * Ends a step.
   *
   * @param files what successful tasks returned, in any order
   * @param notes what else the tasks counted, by its name
   * @throws OvertakenException if another driver has ended it
   */
  public StepCommit commit(String step, List<StepFile> files, Map<String, Long> notes) {
    List<StepFile> sorted = files.stream().sorted(StepFile.ORDER).toList();
    StepCommit commit = new StepCommit(step, nonce, driver, sorted, notes);
    if (!folder.create(file(step), commit)) {
      // The answer to an own request that had succeeded may have been lost.
      StepCommit there = find(step);
      if (there == null || !there.driver().equals(driver)) {
        throw new OvertakenException(folder, "step " + step);
      }
    }
    return commit;
  }

  /**
   * Ends the run.
   *
   * @param report as {@code report.json} shows it
   * @throws OvertakenException if another driver has ended the run
   */
  public void end(String report) {
    ending = report;
    if (!folder.createText(END, report) && !isEndedHere()) {
      throw new OvertakenException(folder, "end");
    }
  }

  private boolean isEndedHere() {
    return end(folder).filter(report -> report.equals(ending)).isPresent();
  }

  /** Whether a step of the run has ended. */
  public static boolean isBegun(RunFolder folder) {
    return folder.list(FOLDER).stream()
        .anyMatch(file -> file.isFile() && file.getPath().getName().endsWith(".json"));
  }

  /** Returns the nonce of the run whose steps have ended; empty until one has. */
  static Optional<String> nonceOf(RunFolder folder) {
    return folder.list(FOLDER).stream()
        .filter(FileStatus::isFile)
        .map(file -> FOLDER + "/" + file.getPath().getName())
        .filter(name -> name.endsWith(".json") && !name.equals(END))
        .findFirst()
        .flatMap(name -> folder.readJson(name, StepCommit.class))
        .map(StepCommit::nonce);
  }

  /** Returns the report of a run that has ended; empty until then. */
  public static Optional<String> end(RunFolder folder) {
    return folder.readText(END);
  }

  /**
   * Writes the report of a run that has ended where people look for it. A driver that was
   * overtaken, or broke off at the end, may have left another one there, or none.
   *
   * @param file in the run's folder
   */
  public static void restore(RunFolder folder, String file) {
    end(folder)
        .filter(report -> !folder.readText(file).equals(Optional.of(report)))
        .ifPresent(report -> folder.writeText(file, report));
  }

  /**
   * Makes sure that the run is still this driver's, so that it may tell how it fails.
   *
   * @param lock of the run, taken by this driver
   * @throws OvertakenException if another driver has ended the run, or holds its lock
   */
  public void requireNotOvertaken(RunLock lock) {
    if (end(folder).isPresent() && !isEndedHere()) {
      throw new OvertakenException(folder, "end");
    }
    if (lock.isTakenOver()) {
      throw new OvertakenException(folder, "next step");
    }
  }
}
