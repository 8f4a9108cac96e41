package org.assetstager.progress;

import java.util.ArrayList;
import java.util.List;
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

  /**
   * How much there is to do in a phase.
   *
   * @param bytes 0 in a phase that is not about bytes
   */
  public record Totals(long files, long bytes) {}

  /** What a phase makes and how much went through it. */
  private record Made<T>(T result, long files, long bytes) {}

  /** Runs a phase that counts nothing but Spark's tasks. */
  public <T> T run(String name, String description, Supplier<T> work) {
    return measure(name, description, this::ofTasks, () -> new Made<>(work.get(), 0, 0));
  }

  /** Runs a phase over files. */
  public <T> T run(
      String name, String description, Totals totals, TaskProgress progress, Supplier<T> work) {
    return measure(
        name,
        description,
        live ->
            new Progress(
                Progress.FILES,
                progress.files(live),
                totals.files(),
                progress.bytes(live),
                totals.bytes(),
                retries(live),
                limits()),
        () -> new Made<>(work.get(), progress.files(), progress.bytes()));
  }

  /** Looks how far a phase is. */
  private interface Look {
    Progress at(LiveCounts live);
  }

  private <T> T measure(String name, String description, Look look, Supplier<Made<T>> work) {
    long start = System.nanoTime();
    retriesBefore = requests == null ? 0 : requests.retries();
    if (timeline != null) {
      timeline.phaseBegan(name, System.currentTimeMillis());
    }
    String before = context.getLocalProperty(DESCRIPTION);
    context.setJobDescription(description);
    long files = 0;
    long bytes = 0;
    try {
      Made<T> made = show(name, look, work);
      files = made.files();
      bytes = made.bytes();
      return made.result();
    } finally {
      done.add(new Phase(name, (System.nanoTime() - start) / NANOS, files, bytes));
      context.setJobDescription(before);
      if (timeline != null) {
        timeline.phaseEnded(name, System.currentTimeMillis());
      }
    }
  }

  private <T> T show(String name, Look look, Supplier<T> work) {
    if (mode == ProgressMode.NONE) {
      return work.get();
    }
    try (LiveCounts live = new LiveCounts(context);
        ProgressDisplay display = ProgressDisplay.start(mode, name, () -> look.at(live))) {
      return work.get();
    }
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
    return new Progress("tasks", ended, all, 0, 0, retries(live), limits());
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
  public List<Phase> done() {
    return List.copyOf(done);
  }
}
