package org.assetstager.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whether a run is a dry run, and whether it measures how long a run would take. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class DryRunOptions {
  /** In less time, most of it is the first request of each connection. */
  private static final int LEAST_SECONDS = 4;

  private static final int MOST_SECONDS = 600;

  @Option(
      names = "--dry-run",
      description =
          "stage nothing; find out what a run would stage, and estimate its time, requests and cost")
  private boolean dryRun;

  @Option(
      names = "--probe",
      arity = "0..1",
      fallbackValue = "20",
      paramLabel = "SECONDS",
      description =
          "with --dry-run: measure for 20 seconds, or as many as given, how fast this cluster"
              + " reads, hashes and sends, and use that for the estimate. The job sends parts of"
              + " uploads that it then aborts; nothing stays in staging")
  private @Nullable Integer probe;

  /** Whether nothing is staged. */
  boolean dryRun() {
    return dryRun;
  }

  /** Returns how long to measure; null for not at all. */
  @Nullable Integer probeSeconds() {
    return probe;
  }

  /** Makes sure that a run that measures is a dry run, and takes a sensible time for it. */
  void requireUsage(CommandLine command) {
    if (probe != null && !dryRun) {
      throw new ParameterException(
          command, "--probe measures for the estimate of a dry run: add --dry-run");
    }
    if (probe != null && (probe < LEAST_SECONDS || probe > MOST_SECONDS)) {
      throw new ParameterException(
          command,
          "--probe " + probe + ": give " + LEAST_SECONDS + " to " + MOST_SECONDS + " seconds");
    }
  }

  /** Returns the words that ask for the same again. */
  List<String> again() {
    List<String> again = new ArrayList<>();
    if (dryRun) {
      again.add("--dry-run");
    }
    if (probe != null) {
      again.add("--probe=" + probe);
    }
    return again;
  }
}
