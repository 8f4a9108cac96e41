package org.assetstager.report.html;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a driver recorded of its phases and tasks. Its size doesn't grow with the number of tasks.
 *
 * @param startedAt milliseconds since the epoch; all other times count from it
 * @param tasks how many have ended
 * @param failed how many of them failed or were killed
 * @param sample tasks to draw: a fair sample, and the slowest of each stage
 * @param stragglers the worst first
 * @param bucketMillis width of the buckets in {@code throughput}
 * @param throughput bytes by phase in buckets of time
 */
public record Timeline(
    long startedAt,
    List<Span> phases,
    List<Executor> executors,
    long tasks,
    long failed,
    List<EndedTask> sample,
    List<Straggler> stragglers,
    long bucketMillis,
    Map<String, List<Long>> throughput) {
  /** Copies the collections. */
  public Timeline {
    phases = List.copyOf(phases);
    executors = List.copyOf(executors);
    sample = List.copyOf(sample);
    stragglers = List.copyOf(stragglers);
    throughput = Collections.unmodifiableMap(new LinkedHashMap<>(throughput));
  }

  /**
   * One phase.
   *
   * @param from milliseconds since {@code startedAt}
   * @param to as {@code from}
   */
  public record Span(String name, long from, long to) {}

  /**
   * What one executor did.
   *
   * @param id Spark's; {@link TaskTimeline#OTHERS} for all beyond the bound
   * @param busyMillis sum of its tasks' times
   */
  public record Executor(
      String id, String host, long tasks, long failed, long busyMillis, long bytes) {
    /** Returns both together, on the host of the other. */
    Executor plus(Executor other) {
      return new Executor(
          id,
          other.host,
          tasks + other.tasks,
          failed + other.failed,
          busyMillis + other.busyMillis,
          bytes + other.bytes);
    }
  }

  /**
   * A task that took much longer than others of its stage.
   *
   * @param medianMillis of its stage's tasks
   */
  public record Straggler(String phase, EndedTask task, long medianMillis) {}
}
