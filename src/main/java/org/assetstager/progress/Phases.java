package org.assetstager.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkStageInfo;
import org.assetstager.limits.ClusterLimits;
import org.assetstager.limits.LeaseQuestion.Resource;
import org.assetstager.report.Amounts;
import org.assetstager.report.RunReport.Phase;
import org.assetstager.report.html.TaskTimeline;
import org.assetstager.s3.RequestTotals;
import org.assetstager.spark.LiveCounts;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** Measures the phases of a command, and says in Spark's UI and on the console what goes on. */
public final class Phases {
  private static final double NANOS = 1e9;

  /** What {@link SparkContext#setJobDescription} sets. */
  private static final String DESCRIPTION = "spark.job.description";

  private final SparkContext context;
  private final ProgressMode mode;
  private final @Nullable RequestTotals requests;
  private final @Nullable TaskTimeline timeline;
  private final List<Phase> done = new ArrayList<>();
  private volatile @Nullable Running running;
  private long retriesBefore;

  /**
   * Measures from now on.
   *
   * @param requests whose retries are shown; null for a command that sends none
   */
  public Phases(SparkContext context, ProgressMode mode, @Nullable RequestTotals requests) {
    this(context, mode, requests, null);
  }

  /** As the other one; a timeline is told when each phase begins and ends, too. */
  public Phases(
      SparkContext context,
      ProgressMode mode,
      @Nullable RequestTotals requests,
      @Nullable TaskTimeline timeline) {
    this.context = context;
    this.mode = mode;
    this.requests = requests;
    this.timeline = timeline;
  }

  /** A phase under way. */
  private record Running(String name, long startedAtNanos, @Nullable TaskProgress progress) {
    /** Only files are of interest afterwards. */
    Phase soFar() {
      double seconds = (System.nanoTime() - startedAtNanos) / NANOS;
      return progress != null && progress.noun().equals(TaskProgress.FILES)
          ? new Phase(name, seconds, progress.done(), progress.bytes())
          : new Phase(name, seconds, 0, 0);
    }
  }

  /** Runs a phase that counts nothing but Spark's tasks. */
  public <T> T run(String name, String description, Supplier<T> work) {
    return measure(new Running(name, System.nanoTime(), null), description, work);
  }

  /**
   * Runs a phase that counts what it does.
   *
   * @param noun what it counts, in the plural: {@link TaskProgress#FILES} or another
   * @param work is given the counter
   */
  public <T> T run(String name, String description, String noun, Function<TaskProgress, T> work) {
    TaskProgress progress = new TaskProgress(context, name, noun);
    return measure(
        new Running(name, System.nanoTime(), progress), description, () -> work.apply(progress));
  }

  private <T> T measure(Running phase, String description, Supplier<T> work) {
    String name = phase.name();
    running = phase;
    retriesBefore = requests == null ? 0 : requests.retries();
    if (timeline != null) {
      timeline.phaseBegan(name, System.currentTimeMillis());
    }
    String before = context.getLocalProperty(DESCRIPTION);
    context.setJobDescription(description);
    try {
      return show(phase, work);
    } finally {
      end(phase);
      context.setJobDescription(before);
      if (timeline != null) {
        timeline.phaseEnded(name, System.currentTimeMillis());
      }
    }
  }

  private synchronized void end(Running phase) {
    done.add(phase.soFar());
    running = null;
  }

  private <T> T show(Running phase, Supplier<T> work) {
    if (mode == ProgressMode.NONE) {
      return work.get();
    }
    try (LiveCounts live = new LiveCounts(context);
        ProgressDisplay display =
            ProgressDisplay.start(mode, phase.name(), () -> look(phase.progress(), live))) {
      T result = work.get();
      live.settle();
      return result;
    }
  }

  /** Until a phase that doesn't know how much there is has begun to count, its tasks are shown. */
  private Progress look(@Nullable TaskProgress progress, LiveCounts live) {
    if (progress == null) {
      return ofTasks(live);
    }
    long count = progress.done(live);
    long bytes = progress.bytes(live);
    long all = progress.all();
    long allBytes = progress.allBytes();
    return count == 0 && bytes == 0 && all == 0 && allBytes == 0
        ? ofTasks(live)
        : new Progress(
            progress.noun(),
            count,
            all,
            bytes,
            allBytes,
            progress.passedOver(live),
            retries(live),
            limits());
  }

  /** Between two of Spark's jobs there are no tasks. */
  private Progress ofTasks(LiveCounts live) {
    long ended = 0;
    long all = 0;
    for (int id : context.statusTracker().getActiveStageIds()) {
      Option<SparkStageInfo> stage = context.statusTracker().getStageInfo(id);
      if (stage.isDefined()) {
        ended += stage.get().numCompletedTasks();
        all += stage.get().numTasks();
      }
    }
    return new Progress(Progress.TASKS, ended, all, 0, 0, 0, retries(live), limits());
  }

  private long retries(LiveCounts live) {
    return requests == null ? 0 : requests.retries(live) - retriesBefore;
  }

  private static String limits() {
    double requests = ClusterLimits.perSecond(Resource.REQUESTS);
    double bytes = ClusterLimits.perSecond(Resource.BYTES);
    String text = "";
    if (!Double.isInfinite(requests)) {
      text = "limit " + Amounts.count(Math.round(requests)) + " requests/s";
    }
    if (!Double.isInfinite(bytes)) {
      text += (text.isEmpty() ? "limit " : ", ") + Amounts.rate(Math.round(bytes), 1);
    }
    return text;
  }

  /** Returns the phases that have ended, in their order. */
  public synchronized List<Phase> done() {
    return List.copyOf(done);
  }

  /** Returns the phases that have ended, and what the one under way has come to. */
  public synchronized List<Phase> soFar() {
    List<Phase> phases = new ArrayList<>(done);
    Running now = running;
    if (now != null) {
      phases.add(now.soFar());
    }
    return phases;
  }
}
