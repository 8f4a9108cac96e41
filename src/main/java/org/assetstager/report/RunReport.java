package org.assetstager.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run did, for people and programs; {@link ReportJson} is its text form.
 *
 * @param command as on the command line, such as {@code stage}
 * @param error why the run failed or was interrupted, or null if it ended
 * @param ledger location of the run's folder, {@code <ledger.path>/run_id=<id>}
 * @param manifestRows rows read from the manifest, counted independently of the ledger; 0 if the
 *     run ended before it had read them all
 * @param outcomes counted from the ledger; if the run failed or was interrupted, from the finished
 *     steps, without the other rows of the manifest
 * @param bytesUploaded bytes of the objects that this run put
 * @param attempts drivers that worked on the run, in order; more than one if it was resumed
 * @param phases in the order in which they ran, added up over all attempts
 * @param requests to S3 by kind, in the given order; each attempt counts
 * @param plan what a run would do, or null if this wasn't a dry run
 * @param estimate what a run would take, or null if this wasn't a dry run
 * @param settings in the given order; without secrets
 * @param problems which of the rows that need a person count for the exit code; null if the run
 *     failed or was interrupted
 */
public record RunReport(
    String runId,
    String command,
    boolean dryRun,
    String appVersion,
    String sparkVersion,
    Instant startedAt,
    Instant endedAt,
    ExitCode exitCode,
    @Nullable String error,
    String ledger,
    long manifestRows,
    OutcomeTotals outcomes,
    long bytesUploaded,
    List<Attempt> attempts,
    List<Phase> phases,
    Map<String, Long> requests,
    @Nullable Plan plan,
    @Nullable Estimate estimate,
    Map<String, String> settings,
    @Nullable ProblemCounts problems) {

  /**
   * One attempt at a run.
   *
   * @param endedAt when it ended, or was last heard of
   */
  public record Attempt(Instant startedAt, Instant endedAt) {}

  /**
   * One phase of a run.
   *
   * @param name one word, such as {@code scan}
   * @param files that went through it, or 0
   * @param bytes that were read or sent, or 0
   */
  public record Phase(String name, double seconds, long files, long bytes) {
    /** Returns the mean throughput in bytes a second; 0 where no time passed. */
    public double bytesPerSecond() {
      return seconds > 0 ? bytes / seconds : 0;
    }
  }

  /**
   * What the requests of a real run would be. Those that the dry run sent itself, listings and HEAD
   * requests, are added up over its attempts.
   *
   * @param files that are sent, one of each content
   * @param listPages pages of listings, both sides together
   * @param heads HEAD requests
   * @param puts objects that are sent in one request
   * @param parts parts of the objects that are sent in several
   * @param bytes to be sent
   */
  public record Plan(long files, long listPages, long heads, long puts, long parts, long bytes) {}

  /** A first attempt that begins later is another one: the record of the first is lost. */
  private static final int MOST_SECONDS_TO_FIRST_ATTEMPT = 60;

  /**
   * Returns how long drivers worked on the run: not the time between its attempts, where each has
   * left its record.
   */
  public double secondsOfAttempts() {
    boolean all =
        !attempts.isEmpty()
            && seconds(startedAt, attempts.get(0).startedAt()) < MOST_SECONDS_TO_FIRST_ATTEMPT;
    return !all
        ? seconds(startedAt, endedAt)
        : attempts.stream().mapToDouble(one -> seconds(one.startedAt(), one.endedAt())).sum();
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  /** Copies the collections, order kept. */
  public RunReport {
    attempts = List.copyOf(attempts);
    phases = List.copyOf(phases);
    requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
