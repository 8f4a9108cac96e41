package org.assetstager;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/** Finds what to tell the user in an exception, however Spark has wrapped it. */
final class Failures {
  /** What Spark keeps of an executor's exception whose object doesn't reach the driver. */
  private static final Pattern IN_TEXT =
      Pattern.compile(Pattern.quote(JobFailure.class.getName()) + ": ([^\\n]+)");

  private Failures() {}

  /** Returns the failure that an exception is, carries or tells of. */
  static JobFailure explain(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = next(cause)) {
      if (cause instanceof JobFailure failure) {
        return failure;
      }
    }
    for (Throwable cause = thrown; cause != null; cause = next(cause)) {
      Matcher matcher = IN_TEXT.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        String text = matcher.group(1);
        int end = text.lastIndexOf(". ");
        return end < 0
            ? JobFailure.system(text, "Run again with --resume", thrown)
            : JobFailure.system(text.substring(0, end), text.substring(end + 2), thrown);
      }
    }
    return JobFailure.system(
        "The job failed: " + firstLine(root(thrown)),
        "Look at the driver's log, mend the cause and run again with --resume",
        thrown);
  }

  private static Throwable root(Throwable thrown) {
    Throwable cause = thrown;
    for (Throwable next = next(cause); next != null; next = next(next)) {
      cause = next;
    }
    return cause;
  }

  private static @Nullable Throwable next(Throwable thrown) {
    return thrown.getCause() == thrown ? null : thrown.getCause();
  }

  /** Returns an exception in one line, without a full stop. */
  static String firstLine(Throwable thrown) {
    String message = thrown.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    String name = thrown.getClass().getSimpleName();
    return line.isEmpty() ? name : name + ": " + line.strip().replaceFirst("\\.+$", "");
  }
}
