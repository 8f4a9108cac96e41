package org.assetstager.command;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.assetstager.progress.ProgressMode;
import org.assetstager.progress.Terminal;
import picocli.CommandLine.Option;

/** How much a command shows while it runs. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class DisplayOptions extends QuietOptions {
  private static final String OUR_LOGS = "org.assetstager";

  @Option(
      names = "--progress",
      defaultValue = "auto",
      paramLabel = "MODE",
      description =
          "auto: a live line on a terminal, else like plain; plain: a line every 10 seconds; none."
              + " Default: ${DEFAULT-VALUE}")
  private ProgressMode progress;

  @Option(
      names = "--verbose",
      description = "also print what the job decides and why, and how long each step took")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }

  ProgressMode progress() {
    return quiet() ? ProgressMode.NONE : progress;
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
