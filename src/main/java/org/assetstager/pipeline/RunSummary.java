package org.assetstager.pipeline;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.report.ExitCode;
import org.assetstager.report.ProblemCounts;
import org.assetstager.report.RunReport;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.jspecify.annotations.Nullable;

/**
 * What a folder among the runs says in a line.
 *
 * @param id as the folder is called
 * @param startedAt when the run was started; null where that isn't known
 * @param dryRun whether it is a dry run; false where that isn't known
 * @param outcome in a few words
 * @param problems rows that need a person or failed; null if the run hasn't ended
 * @param known how many of these an earlier run had in the same way
 * @param resume whether the run can go on where it stopped
 * @param again the options, besides its id and the settings file, that a command has which resumes
 *     it
 */
public record RunSummary(
    String id,
    @Nullable Instant startedAt,
    boolean dryRun,
    String outcome,
    @Nullable Long problems,
    long known,
    Resume resume,
    List<String> again) {
  /** The latest last; what was never started comes first. */
  public static final Comparator<RunSummary> BY_START =
      Comparator.comparing(
              RunSummary::startedAt, Comparator.nullsFirst(Comparator.<Instant>naturalOrder()))
          .thenComparing(RunSummary::id);

  /** Whether a run can go on. */
  public enum Resume {
    /** It broke off, or failed. */
    YES,
    /** It has ended, or there is nothing to go on with. */
    NO,
    /** Another driver works on it. */
    RUNNING,
    /** Another version of the job began it. */
    OTHER_VERSION
  }

  /** Whether somebody has to act: it can be resumed, or has problems that aren't known. */
  public boolean needsPerson() {
    return resume == Resume.YES || (problems != null && problems > known);
  }

  /**
   * Looks at a folder. It may be half made, or something else: that is told, and never thrown.
   *
   * @param folder one of {@link RunFolder#below}
   */
  public static RunSummary of(RunFolder folder) {
    String id = folder.runId();
    try {
      RunDescription run = RunDescription.find(folder).orElse(null);
      return run == null ? nothing(id, "not started") : of(folder, id, run);
    } catch (JobFailure e) {
      return nothing(id, "unreadable");
    }
  }

  private static RunSummary nothing(String id, String outcome) {
    return new RunSummary(id, null, false, outcome, null, 0, Resume.NO, List.of());
  }

  private static RunSummary of(RunFolder folder, String id, RunDescription run) {
    Instant start = Instant.ofEpochMilli(run.startedAtMillis());
    List<String> again = RunCommands.again(run);
    RunReport ended = EndedRun.ofFinished(folder);
    if (ended != null) {
      ProblemCounts problems = ended.problems();
      return new RunSummary(
          id,
          start,
          run.dryRun(),
          words(ended),
          ended.outcomes().rowsThatNeedAPerson() + ended.outcomes().of(Outcome.FAILED).rows(),
          problems == null ? 0 : problems.known(),
          Resume.NO,
          again);
    }
    if (RunLock.seemsHeld(folder)) {
      return new RunSummary(id, start, run.dryRun(), "running", null, 0, Resume.RUNNING, again);
    }
    if (EndedRun.ofRefused(folder) != null) {
      return new RunSummary(id, start, run.dryRun(), "refused", null, 0, Resume.NO, again);
    }
    String outcome =
        EndedRun.read(folder)
            .map(report -> report.exitCode() == ExitCode.INTERRUPTED ? "interrupted" : "failed")
            .orElse("broke off");
    Resume resume = run.format() == RunDescription.FORMAT ? Resume.YES : Resume.OTHER_VERSION;
    return new RunSummary(id, start, run.dryRun(), outcome, null, 0, resume, again);
  }

  private static String words(RunReport ended) {
    return switch (ended.exitCode()) {
      case DONE -> "done";
      case NEEDS_PERSON -> "done, needs a person";
      case UPLOADS_FAILED -> "done, uploads failed";
      case FAILED, USAGE, INTERRUPTED -> "failed";
    };
  }
}
