package org.assetstager.command;

import java.io.PrintWriter;
import java.io.Writer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.assetstager.progress.ProgressMode;
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

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  DisplayOptions() {}

  boolean quiet() {
    return quiet;
  }

  ProgressMode progress() {
    return quiet ? ProgressMode.NONE : progress;
  }

  /** Returns where to print what no person has to act on: nowhere if the run is to be quiet. */
  PrintWriter news(PrintWriter out) {
    return quiet ? new PrintWriter(Writer.nullWriter()) : out;
  }

  /** Keeps the job's own logs quiet, if it is to be, until closed. */
  Logs logs() {
    Level before = LogManager.getLogger(OUR_LOGS).getLevel();
    if (quiet && before.isLessSpecificThan(Level.WARN)) {
      Configurator.setLevel(OUR_LOGS, Level.WARN);
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
