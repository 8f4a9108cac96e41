package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.assetstager.asset.JobFailure;
import org.assetstager.progress.Phases;
import org.assetstager.report.html.Attempt;
import org.assetstager.report.html.Page;
import org.assetstager.report.html.TaskTimeline;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.RequestTotals;
import org.assetstager.spark.Daemons;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts at a run, this driver's the last. What it sees is recorded from time to time: a
 * driver that dies leaves it to the next one, but for the last seconds. A run doesn't fail for want
 * of such a record.
 */
final class Attempts implements AutoCloseable {
  /** In the run's folder. */
  static final String FOLDER = "attempts";

  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
  private static final Pattern FILE = Pattern.compile("([0-9]{1,9})\\.json");

  /** A megabyte at most each time, which also a slow store takes in a moment. */
  private static final long RECORDED_SECONDS = 15;

  private final RunFolder folder;
  private final Phases phases;
  private final RequestTotals requests;
  private final TaskTimeline timeline;
  private final List<Attempt> earlier = new ArrayList<>();
  private final ScheduledExecutorService timer = Daemons.timer("attempts");

  private int number = 1;
  private @Nullable Future<?> recording;
  private boolean warned;

  private Attempts(RunFolder folder, Phases phases, RequestTotals requests, TaskTimeline timeline) {
    this.folder = folder;
    this.phases = phases;
    this.requests = requests;
    this.timeline = timeline;
  }

  /** Reads the earlier ones and begins to record this one; called under the run's lock. */
  static Attempts begin(
      RunFolder folder, Phases phases, RequestTotals requests, TaskTimeline timeline) {
    Attempts attempts = new Attempts(folder, phases, requests, timeline);
    if (attempts.readEarlier()) {
      attempts.recording =
          attempts.timer.scheduleWithFixedDelay(
              attempts::record, 0, RECORDED_SECONDS, TimeUnit.SECONDS);
    }
    return attempts;
  }

  /** Returns whether it is known which there are. */
  private boolean readEarlier() {
    List<Integer> numbers = new ArrayList<>();
    try {
      for (FileStatus file : folder.list(FOLDER)) {
        Matcher name = FILE.matcher(file.getPath().getName());
        if (name.matches()) {
          numbers.add(Integer.valueOf(name.group(1)));
        }
      }
    } catch (JobFailure unreadable) {
      warn("Earlier attempts at the run can't be listed, nor this one be recorded", unreadable);
      return false;
    }
    numbers.sort(null);
    for (int i = 0; i < numbers.size(); i++) {
      boolean drawn = numbers.size() - i < Page.MOST_ATTEMPTS;
      read(numbers.get(i))
          .map(attempt -> drawn ? attempt : attempt.withoutTasks())
          .ifPresent(earlier::add);
      number = numbers.get(i) + 1;
    }
    return true;
  }

  private Optional<Attempt> read(int one) {
    try {
      return folder.readJson(name(one), Attempt.class);
    } catch (JobFailure damaged) {
      warn("The report leaves out attempt " + one + " at the run", damaged);
      return Optional.empty();
    }
  }

  /** Without the failure's remedy, which is for records that the run needs. */
  private static void warn(String what, Exception failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    LOG.warn("{}: {}", what, String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
  }

  private static String name(int number) {
    return FOLDER + "/" + number + ".json";
  }

  /** Records what is known now. */
  void record() {
    try {
      requests.addOfIdleDriver();
      folder.writeJson(name(number), current());
      warned = false;
    } catch (RuntimeException notWritten) {
      if (!warned) {
        warn("What is known of attempt " + number + " is not recorded", notWritten);
        warned = true;
      }
    }
  }

  private Attempt current() {
    long now = System.currentTimeMillis();
    return new Attempt(now, phases.soFar(), requests.soFar(phases.live()), timeline.timeline(now));
  }

  /** Returns all attempts in their order, with this one as it is now. */
  List<Attempt> all() {
    // The driver's own, and those that a failed task of this JVM left to a next one.
    requests.addOfDriver();
    List<Attempt> all = new ArrayList<>(earlier);
    all.add(current());
    return all;
  }

  /** Records the last state. */
  @Override
  public void close() {
    Future<?> started = recording;
    timer.shutdown();
    if (started == null) {
      return;
    }
    started.cancel(false);
    try {
      // A record under way is written whole first.
      if (timer.awaitTermination(RECORDED_SECONDS, TimeUnit.SECONDS)) {
        record();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
