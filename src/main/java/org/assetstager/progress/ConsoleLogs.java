package org.assetstager.progress;

import java.io.OutputStream;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;

/**
 * Has what is logged to a console printed by somebody else's stream. An appender keeps the standard
 * error that it found when it was made, which is long before a command starts.
 */
final class ConsoleLogs {
  private ConsoleLogs() {}

  /** Replaces every appender to standard error or output by one to a stream, with its layout. */
  static void moveTo(OutputStream stream) {
    if (!(LogManager.getContext(false) instanceof LoggerContext context)) {
      // Somebody logs by another library.
      return;
    }
    moveTo(context, stream);
  }

  static void moveTo(LoggerContext context, OutputStream stream) {
    Configuration configuration = context.getConfiguration();
    for (Map.Entry<String, Appender> found : configuration.getAppenders().entrySet()) {
      if (found.getValue() instanceof ConsoleAppender console) {
        Appender moved =
            OutputStreamAppender.newBuilder()
                .setName(found.getKey() + "-above-the-live-line")
                .setLayout(console.getLayout())
                .setFilter(console.getFilter())
                .setTarget(stream)
                .build();
        moved.start();
        configuration.addAppender(moved);
        configuration.getLoggers().values().forEach(logger -> replace(logger, console, moved));
        replace(configuration.getRootLogger(), console, moved);
      }
    }
    context.updateLoggers();
  }

  private static void replace(LoggerConfig logger, Appender old, Appender moved) {
    if (!logger.getAppenders().containsKey(old.getName())) {
      return;
    }
    AppenderRef reference =
        logger.getAppenderRefs().stream()
            .filter(one -> one.getRef().equals(old.getName()))
            .findFirst()
            .orElse(null);
    logger.removeAppender(old.getName());
    logger.addAppender(
        moved,
        reference == null ? null : reference.getLevel(),
        reference == null ? null : reference.getFilter());
  }
}
