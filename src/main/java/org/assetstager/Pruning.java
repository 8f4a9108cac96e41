package org.assetstager;

import java.time.Instant;
import org.assetstager.asset.JobFailure;
import org.assetstager.report.RunReport;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunFolder.Usage;
import org.assetstager.run.RunLock;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFiles;
import org.jspecify.annotations.Nullable;

/**
 * Removes the work records of runs that have come to their end, or were refused before they began:
 * {@code --resume} never needs them again. Whatever isn't known to be such a run is left alone.
 */
final class Pruning {
  private final Instant endedBefore;
  private final boolean dryRun;

  /**
   * Prepares a pruning.
   *
   * @param endedBefore runs that ended later are kept
   * @param dryRun whether only to say what would be removed
   */
  Pruning(Instant endedBefore, boolean dryRun) {
    this.endedBefore = endedBefore;
    this.dryRun = dryRun;
  }

  /** What became of a run. */
  enum Kind {
    /** Its work records are gone; in a dry run they would be. */
    REMOVED,
    /** It is not to be pruned. */
    KEPT,
    /** It was to be pruned, and that failed; another driver may be at work on it. */
    FAILED
  }

  /**
   * What became of a run.
   *
   * @param reason why nothing was removed, or empty
   */
  record Result(Kind kind, Usage removed, String reason) {
    private static Result kept(String reason) {
      return new Result(Kind.KEPT, Usage.NOTHING, reason);
    }
  }

  /** Prunes one run; a failure is a result. */
  Result prune(RunFolder run) {
    try {
      String reason = reasonToKeep(run);
      if (reason != null) {
        return Result.kept(reason);
      }
      if (dryRun) {
        return new Result(Kind.REMOVED, StepFiles.usage(run), "");
      }
      try (RunLock lock = RunLock.take(run)) {
        // Another driver may have ended its work on the run before the lock was had.
        reason = reasonToKeep(run);
        if (reason != null) {
          return Result.kept(reason);
        }
        return new Result(Kind.REMOVED, remove(run), "");
      }
    } catch (JobFailure e) {
      return new Result(Kind.FAILED, Usage.NOTHING, String.valueOf(e.getMessage()));
    }
  }

  /** Returns null where the run is to be pruned. */
  private @Nullable String reasonToKeep(RunFolder run) {
    if (StepFiles.usage(run).files() == 0) {
      return "it has no step records";
    }
    RunReport report = StageReport.ofFinished(run);
    if (report == null) {
      report = StageReport.ofRefused(run);
    }
    if (report == null) {
      return "it has not ended and can be resumed";
    }
    if (!report.endedAt().isBefore(endedBefore)) {
      return "it ended at " + report.endedAt();
    }
    return null;
  }

  /** Of a refused run nothing is kept: it may be started anew, or go on from its beginning. */
  private static Usage remove(RunFolder run) {
    boolean refused = StageReport.ofFinished(run) == null;
    Usage usage = StepFiles.delete(run);
    if (refused) {
      run.delete(StepCommits.FOLDER);
    }
    return usage;
  }
}
