package org.assetstager.command;

import java.io.PrintWriter;
import java.io.Writer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.assetstager.progress.ProgressMode;
import org.assetstager.progress.Terminal;
import org.assetstager.report.JsonLines;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How much a command shows while it runs. */
final class DisplayOptions {
  private static final String OUR_LOGS = "org.assetstager";

  @Option(
      names = "--progress",
      defaultValue = "auto",
      paramLabel = "MODE",
      description =
          "auto: a live line on a terminal, else as plain; plain: a line every 10 seconds; none."
              + " Default: ${DEFAULT-VALUE}")
  private ProgressMode progress;

  @Option(
      names = "--quiet",
      description =
          "print only errors, and rows that a person must act on; no progress, and of the logs only"
              + " warnings. A run without either prints nothing")
  private boolean quiet;

  @Option(
      names = "--verbose",
      description = "say more: what the job decides and why, and what each step took")
  private boolean verbose;

  @Option(
      names = "--json",
      description =
          "for programs: one JSON object a line on standard output, how far each step is and at the"
              + " end the result; errors, and rows that a person must act on, on standard error")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  DisplayOptions() {}

  /** Sends what people read to standard error where standard output is for programs; at first. */
  void begin(CommandSpec command) {
    if (json) {
      command.commandLine().setOut(command.commandLine().getErr());
    }
  }

  boolean isJson() {
    return json;
  }

  boolean quiet() {
    return quiet || json;
  }

  boolean verbose() {
    return verbose;
  }

  /** Returns where programs read events, or null where none does. */
  @Nullable JsonLines events(Output output) {
    return json ? output.forEvents() : null;
  }

  ProgressMode progress() {
    return quiet() ? ProgressMode.NONE : progress;
  }

  /** Returns where to print what no person has to act on: nowhere if the run is to be quiet. */
  PrintWriter news(PrintWriter out) {
    return quiet() ? new PrintWriter(Writer.nullWriter()) : out;
  }

  /** Keeps the job's own logs quiet, if it is to be, until closed. */
  Logs logs() {
    Level before = LogManager.getLogger(OUR_LOGS).getLevel();
    // On a terminal, what the job decides is told to those who ask for it; in a log it is kept.
    boolean less = quiet() || (!verbose && Terminal.isStandardError());
    Level level = less ? Level.WARN : Level.INFO;
    if (less ? before.isLessSpecificThan(level) : verbose && before.isMoreSpecificThan(level)) {
      Configurator.setLevel(OUR_LOGS, level);
      return () -> Configurator.setLevel(OUR_LOGS, before);
    }
    return () -> {};
  }

  /** Puts the logs back. */
  interface Logs extends AutoCloseable {
    @Override
    void close();
  }
}
