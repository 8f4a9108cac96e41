package org.assetstager;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.assetstager.report.ProgressPrinter;
import org.assetstager.report.RunReport.Phase;
import org.assetstager.report.html.TaskTimeline;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/** Measures the phases of a run, and says in Spark's UI and on the console what goes on. */
final class Phases {
  private static final double NANOS = 1e9;

  private final SparkContext context;
  private final @Nullable TaskTimeline timeline;
  private final List<Phase> done = new ArrayList<>();

  Phases(SparkContext context) {
    this(context, null);
  }

  /** Tells a timeline when each phase begins and ends, too. */
  Phases(SparkContext context, @Nullable TaskTimeline timeline) {
    this.context = context;
    this.timeline = timeline;
  }

  /** What a phase makes and how much went through it. */
  record Made<T>(T result, long files, long bytes) {}

  /** Runs a phase without a display of its own. */
  <T> T run(String name, String description, Supplier<T> work) {
    return measure(name, description, () -> new Made<>(work.get(), 0, 0));
  }

  /** Runs a phase over files, and shows how far it is. */
  <T> T run(
      String name,
      String description,
      ProgressPrinter.Totals totals,
      TaskProgress progress,
      Supplier<T> work) {
    return measure(
        name,
        description,
        () -> {
          try (var printer =
              ProgressPrinter.start(name, totals, progress::files, progress::bytes)) {
            return new Made<>(work.get(), progress.files(), progress.bytes());
          }
        });
  }

  private <T> T measure(String name, String description, Supplier<Made<T>> work) {
    long start = System.nanoTime();
    if (timeline != null) {
      timeline.phaseBegan(name, System.currentTimeMillis());
    }
    context.setJobDescription(description);
    long files = 0;
    long bytes = 0;
    try {
      Made<T> made = work.get();
      files = made.files();
      bytes = made.bytes();
      return made.result();
    } finally {
      done.add(new Phase(name, (System.nanoTime() - start) / NANOS, files, bytes));
      context.setJobDescription(null);
      if (timeline != null) {
        timeline.phaseEnded(name, System.currentTimeMillis());
      }
    }
  }

  /** Returns the phases that have ended, in their order. */
  List<Phase> done() {
    return List.copyOf(done);
  }
}
