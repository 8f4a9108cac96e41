package org.assetstager.progress;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.assetstager.spark.Daemons;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a step is: as the live line of a {@link Screen} where standard error is a terminal,
 * else as one line every ten seconds, which is logged where the settings of logs have a place for
 * it, as those of logs in JSON do. Closing it ends the step with a last line, but for a step that
 * was over in a moment.
 */
final class ProgressDisplay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressDisplay.class);
  private static final Duration ON_TERMINAL = Duration.ofMillis(500);
  private static final Duration IN_LOG = Duration.ofSeconds(10);

  /** A step without files that took less isn't worth a line on a terminal. */
  private static final double LEAST_SECONDS = 1;

  private final String step;
  private final Supplier<Progress> source;
  private final @Nullable Screen screen;
  private final IntSupplier columns;
  private final Consumer<String> lines;
  private final long startedAtNanos = System.nanoTime();
  private final ScheduledExecutorService timer = Daemons.timer("progress");
  private final Future<?> showing;
  private boolean printed;
  private boolean closed;

  private ProgressDisplay(
      String step,
      Supplier<Progress> source,
      @Nullable Screen screen,
      IntSupplier columns,
      Consumer<String> lines,
      Duration interval) {
    this.step = step;
    this.source = source;
    this.screen = screen;
    this.columns = columns;
    this.lines = lines;
    long millis = interval.toMillis();
    showing =
        timer.scheduleWithFixedDelay(
            this::show, screen == null ? millis : 0, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Starts to show a step.
   *
   * @param source asked from another thread
   * @return null where nothing is to be shown
   */
  static @Nullable ProgressDisplay start(
      ProgressMode mode, String step, Supplier<Progress> source) {
    return switch (mode) {
      case AUTO -> start(step, source, Screen.installed());
      case PLAIN -> start(step, source, null);
      case NONE -> null;
    };
  }

  private static ProgressDisplay start(
      String step, Supplier<Progress> source, @Nullable Screen screen) {
    return screen == null
        ? inLog(step, source, LOG.isInfoEnabled() ? LOG::info : System.err::println, IN_LOG)
        : onTerminal(step, source, screen, Terminal::columns, System.err::println, ON_TERMINAL);
  }

  static ProgressDisplay inLog(
      String step, Supplier<Progress> source, Consumer<String> lines, Duration interval) {
    return new ProgressDisplay(step, source, null, () -> Integer.MAX_VALUE, lines, interval);
  }

  /**
   * Starts to draw.
   *
   * @param lines prints the last line, above the live line of the screen
   */
  static ProgressDisplay onTerminal(
      String step,
      Supplier<Progress> source,
      Screen screen,
      IntSupplier columns,
      Consumer<String> lines,
      Duration interval) {
    return new ProgressDisplay(step, source, screen, columns, lines, interval);
  }

  private double seconds() {
    return (System.nanoTime() - startedAtNanos) / 1e9;
  }

  private synchronized void show() {
    if (closed) {
      return;
    }
    if (screen == null) {
      lines.accept(source.get().line(step, seconds()));
      printed = true;
    } else {
      // The last column stays empty: some terminals wrap when it is written to.
      screen.draw(source.get().fit(step, seconds(), columns.getAsInt() - 1));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    showing.cancel(false);
    timer.shutdownNow();
    double seconds = seconds();
    Progress last = source.get();
    if (screen != null) {
      screen.draw("");
      if (screen.isClosed()) {
        // Interrupted: how to go on is the last that is said.
        return;
      }
    }
    if (last.hasFiles() || (screen == null ? printed : seconds >= LEAST_SECONDS)) {
      lines.accept(
          screen == null
              ? last.lastLine(step, seconds)
              : last.lastFit(step, seconds, columns.getAsInt() - 1));
    }
  }
}
