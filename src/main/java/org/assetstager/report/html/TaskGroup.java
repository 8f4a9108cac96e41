package org.assetstager.report.html;

import com.google.common.collect.MinMaxPriorityQueue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import org.assetstager.asset.Reservoir;

/** The tasks of one Spark stage in one phase: sums, a sample, and the slowest of them. */
final class TaskGroup {
  static final int MOST_SLOWEST = 10;
  private static final int MOST_TIMES = 201;

  private final Queue<EndedTask> slowest =
      MinMaxPriorityQueue.orderedBy(Comparator.comparingLong(EndedTask::millis).reversed())
          .maximumSize(MOST_SLOWEST)
          .create();
  private final Reservoir<Long> times = new Reservoir<>(MOST_TIMES);

  void add(EndedTask task) {
    times.add(task.millis());
    slowest.add(task);
  }

  List<EndedTask> slowest() {
    return new ArrayList<>(slowest);
  }

  /** Returns the median of the sampled times, in milliseconds. */
  long medianMillis() {
    List<Long> sorted = times.kept().stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) / 2);
  }
}
