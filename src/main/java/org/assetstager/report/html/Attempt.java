package org.assetstager.report.html;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assetstager.report.RunReport;

/**
 * What one driver has seen of a run; a run that was resumed has several.
 *
 * @param endedAt when it ended, or was last heard of; milliseconds since the epoch
 * @param phases that have ended, and what the one under way has come to
 * @param requests to S3 by kind, each attempt at one counted
 */
public record Attempt(
    long endedAt, List<RunReport.Phase> phases, Map<String, Long> requests, Timeline timeline) {
  /** Copies the collections, order kept. */
  public Attempt {
    Objects.requireNonNull(timeline);
    phases = List.copyOf(phases);
    requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
  }

  /** Returns when it began; milliseconds since the epoch. */
  public long startedAt() {
    return timeline.startedAt();
  }

  /** Returns the same attempt without what a page draws of it. */
  public Attempt withoutTasks() {
    return new Attempt(
        endedAt, phases, requests, new TaskTimeline(timeline.startedAt()).timeline(endedAt));
  }

  /**
   * Returns the phases of all attempts. The seconds of those of one name are added up; files and
   * bytes of an attempt have those of earlier ones in them.
   */
  public static List<RunReport.Phase> phasesOf(Collection<Attempt> attempts) {
    Map<String, RunReport.Phase> sums = new LinkedHashMap<>();
    for (Attempt attempt : attempts) {
      for (RunReport.Phase phase : attempt.phases()) {
        sums.merge(phase.name(), phase, Attempt::sum);
      }
    }
    return new ArrayList<>(sums.values());
  }

  private static RunReport.Phase sum(RunReport.Phase one, RunReport.Phase other) {
    return new RunReport.Phase(
        one.name(),
        one.seconds() + other.seconds(),
        Math.max(one.files(), other.files()),
        Math.max(one.bytes(), other.bytes()));
  }

  /** Returns the requests of all attempts. */
  public static Map<String, Long> requestsOf(Collection<Attempt> attempts) {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (Attempt attempt : attempts) {
      attempt.requests().forEach((kind, count) -> sums.merge(kind, count, Long::sum));
    }
    return sums;
  }
}
