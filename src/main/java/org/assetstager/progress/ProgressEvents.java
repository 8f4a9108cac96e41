package org.assetstager.progress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assetstager.report.JsonLines;
import org.assetstager.spark.Daemons;

/** Tells programs how far a step is: from time to time, and when it ends. */
final class ProgressEvents implements AutoCloseable {
  private static final long INTERVAL_SECONDS = 2;

  private final JsonLines to;
  private final String step;
  private final Supplier<Progress> source;
  private final long startedAtNanos = System.nanoTime();
  private final ScheduledExecutorService timer = Daemons.timer("progress-events");
  private final Future<?> telling;

  /** Begins to tell, until it is closed. */
  ProgressEvents(JsonLines to, String step, Supplier<Progress> source) {
    this.to = to;
    this.step = step;
    this.source = source;
    telling =
        timer.scheduleWithFixedDelay(
            () -> tell("progress"), INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  private synchronized void tell(String event) {
    Progress now = source.get();
    double seconds = (System.nanoTime() - startedAtNanos) / 1e9;
    ObjectNode json = JsonLines.event(event).put("step", step).put("seconds", seconds);
    if (!now.noun().isEmpty()) {
      json.put("unit", now.noun()).put("done", now.done()).put("bytes", now.bytes());
      if (now.all() > 0) {
        json.put("all", now.all());
      }
      if (now.allBytes() > 0) {
        json.put("all_bytes", now.allBytes());
      }
      if (now.hasEstimate()) {
        json.put("share", now.doneFraction()).put("eta_seconds", now.secondsLeft(seconds));
      }
    }
    to.print(json.put("retries", now.retries()));
  }

  @Override
  public synchronized void close() {
    telling.cancel(false);
    timer.shutdownNow();
    tell("step");
  }
}
