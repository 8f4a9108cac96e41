package org.assetstager.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assetstager.manifest.ManifestFile;
import org.jspecify.annotations.Nullable;

/**
 * What a run was started with: {@code run.json} in its folder. A resumed run uses the same.
 *
 * @param format version of this record
 * @param manifests the files that hold the rows, in the order of their paths
 * @param defaultRoot root of rows that name none, or null
 * @param maxInvalid highest number of bad rows to accept, or null for no limit
 * @param cores that the first driver saw: the tasks of the steps depend on it
 * @param settingsFingerprint of the settings that results depend on
 * @param startedAtMillis milliseconds since the epoch
 * @param nonce a random text: an executor that reads it shares this folder with the driver
 * @param knownProblems folder of the run whose problems don't count for the exit code, or null
 * @param maxProblems how many other problems don't count; null for none
 * @param options the words of the command line that a command which resumes the run has too, as
 *     {@code --set} and its value; without what may be a secret; null in the record of an earlier
 *     version, and for commits and snapshots
 */
public record RunDescription(
    int format,
    String runId,
    List<ManifestFile> manifests,
    @Nullable String defaultRoot,
    @Nullable Long maxInvalid,
    boolean dryRun,
    int cores,
    String settingsFingerprint,
    Map<String, String> settings,
    long startedAtMillis,
    String nonce,
    @Nullable String knownProblems,
    @Nullable Long maxProblems,
    @Nullable List<String> options) {
  /** The current version of this record, and of what the run's folder holds. */
  public static final int FORMAT = 2;

  /** Its file in the run's folder. */
  public static final String FILE = "run.json";

  private static final String REFUSED = "refused";
  private static final String JSON = ".json";

  /**
   * Returns what the run of a folder was started with; empty where there is none. If runs of this
   * id were refused, this is the run that has ended its first step, or, if none has, the last one
   * that was started. (A driver whose run was refused may be suspended before it says so, and may
   * then be the one that ends the step.)
   */
  public static Optional<RunDescription> find(RunFolder folder) {
    return folder
        .readJson(FILE, RunDescription.class)
        .map(first -> folder.names().contains(REFUSED) ? first.last(folder) : first);
  }

  /** Lists first: an NFS client that once found no such file may believe so for a minute. */
  private RunDescription last(RunFolder folder) {
    Set<String> refused = folder.names(REFUSED);
    String begun = StepCommits.nonceOf(folder).orElse(null);
    RunDescription last = this;
    while (refused.contains(last.nonce + JSON) && !last.nonce.equals(begun)) {
      last = folder.readJson(inPlaceOf(last.nonce), RunDescription.class).orElseThrow();
    }
    return last;
  }

  /**
   * Returns the file of the run that was started in the place of a refused one. It is created once,
   * so that each refused run has one that follows it; {@link #FILE} is the first of an id.
   */
  static String inPlaceOf(String refusedNonce) {
    return REFUSED + "/" + refusedNonce + JSON;
  }

  /** Returns the same with other problems that don't count. */
  public RunDescription withProblems(@Nullable String known, @Nullable Long max) {
    return new RunDescription(
        format,
        runId,
        manifests,
        defaultRoot,
        maxInvalid,
        dryRun,
        cores,
        settingsFingerprint,
        settings,
        startedAtMillis,
        nonce,
        known,
        max,
        options);
  }
}
