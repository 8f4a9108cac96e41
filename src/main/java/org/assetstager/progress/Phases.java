package org.assetstager.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.assetstager.limits.ClusterLimits;
import org.assetstager.limits.LeaseQuestion.Resource;
import org.assetstager.report.Amounts;
import org.assetstager.report.JsonLines;
import org.assetstager.report.RunReport.Phase;
import org.assetstager.report.html.TaskTimeline;
import org.assetstager.s3.RequestTotals;
import org.assetstager.spark.LiveCounts;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/** Measures the phases of a command, and says in Spark's UI and on the console what goes on. */
public final class Phases {
  private static final double NANOS = 1e9;

  /** What {@link SparkContext#setJobDescription} sets. */
  private static final String DESCRIPTION = "spark.job.description";

  private final SparkContext context;
  private final ProgressMode mode;
  private final @Nullable RequestTotals requests;
  private final @Nullable TaskTimeline timeline;
  private final @Nullable JsonLines events;
  private final List<Phase> done = new ArrayList<>();
  private volatile @Nullable Running running;
  private long retriesBefore;

  /**
   * Measures from now on.
   *
   * @param requests whose retries are shown; null for a command that sends none
   * @param timeline is told when each phase begins and ends, or null
   * @param events programs are told here how far each phase is, or null
   */
  public Phases(
      SparkContext context,
      ProgressMode mode,
      @Nullable RequestTotals requests,
      @Nullable TaskTimeline timeline,
      @Nullable JsonLines events) {
    this.context = context;
    this.mode = mode;
    this.requests = requests;
    this.timeline = timeline;
    this.events = events;
  }

  /** A phase under way. */
  private record Running(
      String name, long startedAtNanos, @Nullable TaskProgress progress, LiveCounts live) {
    double seconds() {
      return (System.nanoTime() - startedAtNanos) / NANOS;
    }

    /** Only files are of interest afterwards. */
    Phase soFar() {
      return progress != null && progress.noun().equals(TaskProgress.FILES)
          ? new Phase(name, seconds(), progress.done(live), progress.bytes(live))
          : new Phase(name, seconds(), 0, 0);
    }
  }

  /** Runs a phase that counts nothing. */
  public <T> T run(String name, String description, Supplier<T> work) {
    return measure(name, description, null, work);
  }

  /**
   * Runs a phase that counts what it does.
   *
   * @param noun what it counts, in the plural: {@link TaskProgress#FILES} or another
   * @param work is given the counter
   */
  public <T> T run(String name, String description, String noun, Function<TaskProgress, T> work) {
    TaskProgress progress = new TaskProgress(context, name, noun);
    return measure(name, description, progress, () -> work.apply(progress));
  }

  private <T> T measure(
      String name, String description, @Nullable TaskProgress progress, Supplier<T> work) {
    try (LiveCounts live = new LiveCounts(context)) {
      return measure(new Running(name, System.nanoTime(), progress, live), description, work);
    }
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
    try (ProgressDisplay display = ProgressDisplay.start(mode, phase.name(), () -> look(phase));
        ProgressEvents told =
            events == null ? null : new ProgressEvents(events, phase.name(), () -> look(phase))) {
      T result = work.get();
      phase.live().settle();
      return result;
    }
  }

  /**
   * A phase that doesn't know how much there is, and hasn't begun to count, only takes its time.
   */
  private Progress look(Running phase) {
    LiveCounts live = phase.live();
    TaskProgress progress = phase.progress();
    if (progress == null) {
      return Progress.uncounted(retries(live), limits());
    }
    long count = progress.done(live);
    long bytes = progress.bytes(live);
    long all = progress.all();
    long allBytes = progress.allBytes();
    return count == 0 && bytes == 0 && all == 0 && allBytes == 0
        ? Progress.uncounted(retries(live), limits())
        : new Progress(
            progress.noun(),
            count,
            all,
            bytes,
            allBytes,
            progress.passedOver(live),
            progress.earlier(),
            retries(live),
            limits());
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

  /** Returns the counts of the tasks of the phase under way, or null. */
  public @Nullable LiveCounts live() {
    Running now = running;
    return now == null ? null : now.live();
  }
}
