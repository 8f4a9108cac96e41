package org.assetstager.commit;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunStart;

/**
 * A commit that is about to start or to go on.
 *
 * @param runId of the run whose content is committed
 * @param folder {@code commits/<id>} in the run's
 * @param resumed whether it was started before
 */
public record CommitRun(
    String runId, RunFolder folder, RunDescription description, boolean resumed) {
  /** The outcomes of the rows whose content lies in staging. */
  static final Set<Outcome> STAGED =
      EnumSet.of(Outcome.STAGED, Outcome.KNOWN_STAGING, Outcome.DUPLICATE);

  private static final String FOLDER = "commits";
  private static final String REMOVE_STAGED = "--remove-staged";

  /**
   * Prepares a new commit; nothing is written yet.
   *
   * @param proving settings by their names: what is proved with them is proved with no others
   */
  public static CommitRun begin(
      RunFolder run, String runId, boolean removeStaged, Map<String, String> proving, int cores) {
    Map<String, String> settings = new TreeMap<>(proving);
    settings.put(REMOVE_STAGED, String.valueOf(removeStaged));
    Instant now = Instant.now();
    String id = RunFolder.newId(now);
    RunDescription description =
        new RunDescription(
            RunDescription.FORMAT,
            id,
            List.of(),
            null,
            null,
            false,
            cores,
            "",
            settings,
            now.toEpochMilli(),
            UUID.randomUUID().toString(),
            null,
            null,
            null);
    return new CommitRun(runId, folder(run, id), description, false);
  }

  /**
   * Prepares to go on with the last commit of a run.
   *
   * @param proving as {@link #begin} has it
   * @throws JobFailure of kind INPUT if there is none, or it was started in another way
   */
  public static CommitRun last(
      RunFolder run, String runId, boolean removeStaged, Map<String, String> proving) {
    RunFolder last =
        run.list(FOLDER).stream()
            .filter(FileStatus::isDirectory)
            .map(folder -> folder(run, folder.getPath().getName()))
            // One that was killed as it started has done nothing.
            .filter(folder -> folder.exists(RunDescription.FILE))
            .max(
                // Of those that began in one second, the names don't tell.
                Comparator.comparing(CommitRun::second)
                    .thenComparing(folder -> description(folder).startedAtMillis()))
            .orElseThrow(
                () ->
                    JobFailure.input(
                        "There is no commit to resume in " + run.location() + "/" + FOLDER,
                        "Start one without --resume"));
    RunDescription description = description(last);
    if (description.format() != RunDescription.FORMAT) {
      throw JobFailure.input(
          "The commit " + description.runId() + " was started by another version of this job",
          "Start a new one without --resume, which finds what this one has copied");
    }
    if (String.valueOf(!removeStaged).equals(description.settings().get(REMOVE_STAGED))) {
      throw JobFailure.input(
          "The commit "
              + description.runId()
              + " was started "
              + (removeStaged ? "without " : "with ")
              + REMOVE_STAGED,
          "Resume it in the same way, or start a new one without --resume");
    }
    proving.forEach((name, now) -> requireSame(description, name, now));
    return new CommitRun(runId, last, description, true);
  }

  private static void requireSame(RunDescription description, String name, String now) {
    String before = description.settings().getOrDefault(name, now);
    if (!before.equals(now)) {
      throw JobFailure.input(
          "The commit "
              + description.runId()
              + " was started with "
              + name
              + " = "
              + before
              + ", and the settings have "
              + now,
          "Resume it with the settings that it was started with, or start a new one without"
              + " --resume");
    }
  }

  private static String second(RunFolder commit) {
    return commit.name().substring(0, Math.max(0, commit.name().lastIndexOf('-')));
  }

  private static RunDescription description(RunFolder commit) {
    return commit.readJson(RunDescription.FILE, RunDescription.class).orElseThrow();
  }

  private static RunFolder folder(RunFolder run, String id) {
    return run.at(run.location() + "/" + FOLDER + "/" + id);
  }

  /** Whether a folder is that of a commit. */
  static boolean isOne(RunFolder folder) {
    return folder
        .readJson(RunDescription.FILE, RunDescription.class)
        .filter(description -> description.settings().containsKey(REMOVE_STAGED))
        .isPresent();
  }

  /** Returns the commit's id. */
  public String id() {
    return description.runId();
  }

  /** Whether what is committed is deleted from staging. */
  boolean removesStaged() {
    return Boolean.parseBoolean(description.settings().get(REMOVE_STAGED));
  }

  /**
   * Records what a new commit is done with; called under its lock.
   *
   * @throws JobFailure if another driver has started a commit of this id
   */
  public void record() {
    if (!resumed && !RunStart.start(folder, description, null, List.of())) {
      throw JobFailure.system(
          "Another driver has started a commit in " + folder.location(), "Commit again");
    }
  }
}
