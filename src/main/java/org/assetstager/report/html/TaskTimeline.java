package org.assetstager.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assetstager.asset.Reservoir;

/**
 * Keeps what people want to see of a run's phases and tasks: sums by executor, the slowest tasks of
 * each stage, and samples. Its size doesn't grow with the number of tasks. Safe for the threads
 * that report phases and tasks.
 */
public final class TaskTimeline {
  /** The name for all executors beyond the limit. */
  public static final String OTHERS = "others";

  static final int MOST_EXECUTORS = 200;
  static final int MOST_GROUPS = 200;
  static final int MOST_PHASES = 100;
  static final int MOST_SAMPLED = 1000;
  static final int MOST_STRAGGLERS = 100;

  /** A straggler took so many times the median of its stage, and at least a second more. */
  private static final double STRAGGLING = 1.5;

  private static final long LEAST_LAG_MILLIS = 1000;

  /** Stands for all stages beyond the bound. */
  private static final int OTHER_STAGES = -1;

  private record GroupKey(String phase, int stage) {}

  private final long startedAt;
  private final List<Timeline.Span> phases = new ArrayList<>();
  private final Map<GroupKey, TaskGroup> groups = new LinkedHashMap<>();
  private final Map<String, Timeline.Executor> executors = new LinkedHashMap<>();
  private final Reservoir<EndedTask> sample = new Reservoir<>(MOST_SAMPLED);
  private final Throughput throughput;
  private boolean phaseUnderWay;
  private long tasks;
  private long failed;

  /** Begins at a time in milliseconds since the epoch. */
  public TaskTimeline(long startedAt) {
    this.startedAt = startedAt;
    this.throughput = new Throughput(startedAt);
  }

  /** Takes a phase that begins, at a time in milliseconds since the epoch. */
  public synchronized void phaseBegan(String name, long at) {
    if (phases.size() < MOST_PHASES) {
      phases.add(new Timeline.Span(name, at - startedAt, at - startedAt));
      phaseUnderWay = true;
    }
  }

  /** Takes the end of the phase that began last. */
  public synchronized void phaseEnded(String name, long at) {
    if (!phases.isEmpty() && phases.get(phases.size() - 1).name().equals(name)) {
      extendLast(at);
      phaseUnderWay = false;
    }
  }

  private void extendLast(long at) {
    Timeline.Span last = phases.remove(phases.size() - 1);
    phases.add(new Timeline.Span(last.name(), last.from(), at - startedAt));
  }

  /** Takes a task that has ended. */
  public synchronized void ended(EndedTask task) {
    tasks++;
    failed += task.failed() ? 1 : 0;
    String phase = phaseAt(task.startedAt() - startedAt);
    group(phase, task.stage()).add(task);
    sample.add(task);
    throughput.add(phase, task.startedAt(), task.endedAt(), task.bytes());
    String executor =
        executors.containsKey(task.executor()) || executors.size() < MOST_EXECUTORS
            ? task.executor()
            : OTHERS;
    executors.merge(
        executor,
        new Timeline.Executor(
            executor,
            executor.equals(OTHERS) ? "" : task.host(),
            1,
            task.failed() ? 1 : 0,
            task.millis(),
            task.bytes()),
        Timeline.Executor::plus);
  }

  private TaskGroup group(String phase, int stage) {
    GroupKey key = new GroupKey(phase, stage);
    boolean known = groups.containsKey(key) || groups.size() < MOST_GROUPS;
    return groups.computeIfAbsent(
        known ? key : new GroupKey(phase, OTHER_STAGES), any -> new TaskGroup());
  }

  /** Phases follow one another: a task belongs to the one that ran when it was launched. */
  private String phaseAt(long time) {
    String phase = "";
    for (Timeline.Span span : phases) {
      if (span.from() > time) {
        break;
      }
      phase = span.name();
    }
    return phase;
  }

  /** Returns what is known by now, in milliseconds since the epoch. */
  public synchronized Timeline timeline(long now) {
    if (phaseUnderWay) {
      extendLast(now);
    }
    Set<EndedTask> drawn = new LinkedHashSet<>(sample.kept());
    List<Timeline.Straggler> stragglers = new ArrayList<>();
    groups.forEach(
        (key, group) -> {
          long median = group.medianMillis();
          for (EndedTask task : group.slowest()) {
            long lag = task.millis() - median;
            if (lag >= LEAST_LAG_MILLIS && task.millis() >= STRAGGLING * median) {
              stragglers.add(new Timeline.Straggler(key.phase(), task, median));
              drawn.add(task);
            }
          }
        });
    stragglers.sort(Comparator.comparingLong(one -> one.medianMillis() - one.task().millis()));
    return new Timeline(
        startedAt,
        List.copyOf(phases),
        List.copyOf(executors.values()),
        tasks,
        failed,
        List.copyOf(drawn),
        List.copyOf(stragglers.subList(0, Math.min(MOST_STRAGGLERS, stragglers.size()))),
        throughput.widthMillis(),
        throughput.byPhase());
  }
}
