package org.assetstager.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.JobFailure.Kind;
import org.assetstager.report.ExitCode;
import org.jspecify.annotations.Nullable;

/** Finds the message for the user in an exception that Spark may have wrapped. */
public final class Failures {
  /** What Spark keeps of an executor's exception whose object doesn't reach the driver. */
  private static final Pattern IN_TEXT =
      Pattern.compile(
          Pattern.quote(JobFailure.class.getName()) + ": (?:(INPUT|SYSTEM): )?([^\\n]+)");

  /**
   * What Spark's methods throw after it was stopped, as by YARN's driver when the application is
   * killed: the last is a null pointer exception's.
   */
  private static final Pattern STOPPED =
      Pattern.compile(
          "SparkContext (was|has been) shut ?down|stopped SparkContext"
              + "|SparkContext\\.dagScheduler\\(\\)\" is null");

  /**
   * What a virtual machine says of a library that it can't load, as from a folder without the right
   * to run programs; and what comes of it when the library is wanted a second time.
   */
  private static final Pattern NATIVE_LIBRARY =
      Pattern.compile("java\\.lang\\.UnsatisfiedLinkError: [^\\n]*");

  private Failures() {}

  /** Returns the failure that an exception is, contains or describes. */
  public static JobFailure explain(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = next(cause)) {
      if (cause instanceof JobFailure failure) {
        return failure;
      }
    }
    for (Throwable cause = thrown; cause != null; cause = next(cause)) {
      Matcher matcher = IN_TEXT.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        return ofText(matcher.group(1), matcher.group(2), thrown);
      }
    }
    for (Throwable cause = thrown; cause != null; cause = next(cause)) {
      if (STOPPED.matcher(String.valueOf(cause.getMessage())).find()) {
        return JobFailure.system(
            "Spark was stopped while the job ran, as when the cluster ends the application",
            "Look for the cause in the logs of driver and cluster, then run again with --resume",
            thrown);
      }
    }
    JobFailure ofLibrary = ofNativeLibrary(thrown);
    if (ofLibrary != null) {
      return ofLibrary;
    }
    return JobFailure.system(
        "The job failed: " + firstLine(root(thrown)),
        "Look at the driver's log, repair the cause, and run again with --resume",
        thrown);
  }

  /**
   * Returns the failure that an exception is, contains or describes; one of the infrastructure
   * names the command that goes on once it is mended.
   *
   * @param resumeCommand as it is typed in a shell
   */
  public static JobFailure explain(Throwable thrown, String resumeCommand) {
    JobFailure failure = explain(thrown);
    return failure.kind() == Kind.SYSTEM ? failure.goOnWith(resumeCommand) : failure;
  }

  /** Returns the exit code that a failure ends the job with. */
  public static ExitCode exitCode(JobFailure failure) {
    return switch (failure.kind()) {
      case INPUT -> ExitCode.USAGE;
      case SYSTEM -> ExitCode.FAILED;
    };
  }

  private static @Nullable JobFailure ofNativeLibrary(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = next(cause)) {
      Matcher matcher = NATIVE_LIBRARY.matcher(cause.toString());
      if (matcher.find()) {
        return JobFailure.system(
            "A native library could not be loaded: " + matcher.group().strip(),
            "It is unpacked into the temporary folder, which must not be mounted noexec: name"
                + " another one by -Djava.io.tmpdir=/path in spark.driver.extraJavaOptions and"
                + " spark.executor.extraJavaOptions, then run again with --resume",
            thrown);
      }
    }
    return null;
  }

  private static JobFailure ofText(@Nullable String kind, String text, Throwable thrown) {
    int end = text.lastIndexOf(". ");
    String problem = end < 0 ? text : text.substring(0, end);
    String remedy = end < 0 ? "Run again with --resume" : text.substring(end + 2);
    return Kind.INPUT.name().equals(kind)
        ? JobFailure.input(problem, remedy, thrown)
        : JobFailure.system(problem, remedy, thrown);
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
