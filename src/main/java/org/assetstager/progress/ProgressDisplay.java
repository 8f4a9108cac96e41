package org.assetstager.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a phase is, on standard error: as a bar that stays in its line on a terminal, else
 * as one line every ten seconds, which is logged where the settings of logs have a place for it, as
 * those of logs in JSON do. Closing it ends the phase with a last line, but for a phase that was
 * over in a moment.
 */
final class ProgressDisplay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressDisplay.class);
  private static final Duration ON_TERMINAL = Duration.ofMillis(500);
  private static final Duration IN_LOG = Duration.ofSeconds(10);

  /** A phase without files that took less isn't worth a line on a terminal. */
  private static final double LEAST_SECONDS = 1;

  /** ECMA-48, EL: erases from the cursor to the end of the line. */
  private static final String ERASE_TO_END = "\u001b[K";

  /** DEC private mode 7: what is too long for the terminal is cut off instead of wrapped. */
  private static final String CUT_OFF = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  /** Where the environment doesn't say how wide the terminal is. */
  private static final int COLUMNS = 120;

  private final String phase;
  private final Supplier<Progress> source;
  private final PrintStream out;
  private final boolean terminal;
  private final Consumer<String> lines;
  private final long startedAtNanos = System.nanoTime();
  private final Duration interval;
  private final ProgressBar bar;
  private volatile boolean printed;
  private volatile boolean closing;

  private ProgressDisplay(
      String phase,
      Supplier<Progress> source,
      PrintStream out,
      boolean terminal,
      Duration interval) {
    this.phase = phase;
    this.source = source;
    this.out = out;
    this.terminal = terminal;
    this.lines = !terminal && LOG.isInfoEnabled() ? LOG::info : out::println;
    this.interval = interval;
    BarRenderer renderer = new BarRenderer(source);
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(phase)
            .setInitialMax(BarRenderer.WHOLE)
            .setUpdateIntervalMillis((int) interval.toMillis())
            .continuousUpdate()
            .setRenderer(terminal ? renderer : (state, length) -> line())
            .setConsumer(terminal ? new InPlace() : new Lines())
            .build();
    renderer.of(bar);
  }

  /**
   * Starts to show a phase.
   *
   * @param phase a word or two, such as {@code list remote}
   * @param source asked from another thread
   * @return null where nothing is to be shown
   */
  static @Nullable ProgressDisplay start(
      ProgressMode mode, String phase, Supplier<Progress> source) {
    return switch (mode) {
      case AUTO -> start(phase, source, System.err, Terminal.isStandardError());
      case PLAIN -> start(phase, source, System.err, false);
      case NONE -> null;
    };
  }

  private static ProgressDisplay start(
      String phase, Supplier<Progress> source, PrintStream out, boolean terminal) {
    return start(phase, source, out, terminal, terminal ? ON_TERMINAL : IN_LOG);
  }

  static ProgressDisplay start(
      String phase,
      Supplier<Progress> source,
      PrintStream out,
      boolean terminal,
      Duration interval) {
    return new ProgressDisplay(phase, source, out, terminal, interval);
  }

  private double seconds() {
    return (System.nanoTime() - startedAtNanos) / 1e9;
  }

  /** The library asks at the very start, too, and at the end. */
  private String line() {
    double seconds = seconds();
    return closing || seconds < interval.toMillis() / 2e3 ? "" : source.get().line(phase, seconds);
  }

  @Override
  public void close() {
    closing = true;
    bar.close();
    double seconds = seconds();
    Progress last = source.get();
    boolean worthIt = last.hasFiles() || (terminal ? seconds >= LEAST_SECONDS : printed);
    String text = worthIt ? last.lastLine(phase, seconds) : "";
    if (terminal) {
      out.print("\r" + text + ERASE_TO_END + (worthIt ? System.lineSeparator() : ""));
    } else if (worthIt) {
      lines.accept(text);
    }
    out.flush();
  }

  /** Draws over what it has drawn. */
  private final class InPlace implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      String columns = System.getenv("COLUMNS");
      return columns != null && columns.matches("[0-9]{2,4}") ? Integer.parseInt(columns) : COLUMNS;
    }

    @Override
    public void accept(String text) {
      out.print("\r" + CUT_OFF + text + ERASE_TO_END + WRAP);
      out.flush();
    }

    @Override
    public void close() {
      // The display prints the last line.
    }
  }

  /** One line after the other. */
  private final class Lines implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void accept(String text) {
      if (!text.isEmpty()) {
        lines.accept(text);
        printed = true;
      }
    }

    @Override
    public void close() {
      // The display prints the last line.
    }
  }
}
