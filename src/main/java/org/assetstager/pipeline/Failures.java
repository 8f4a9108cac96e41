package org.assetstager.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

  /** Exceptions may be causes of each other. */
  private static final int MOST_CAUSES = 100;

  private Failures() {}

  /** Returns the failure that an exception is, contains or describes. */
  public static JobFailure explain(Throwable thrown) {
    // Not by Guava, which scripts/asset-stager doesn't have before Spark starts.
    List<Throwable> causes =
        Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(MOST_CAUSES).toList();
    return causes.stream()
        .filter(JobFailure.class::isInstance)
        .map(JobFailure.class::cast)
        .findFirst()
        .or(
            () ->
                find(IN_TEXT, causes, Throwable::getMessage)
                    .map(text -> ofText(text.group(1), text.group(2), thrown)))
        .or(() -> find(STOPPED, causes, Throwable::getMessage).map(any -> stopped(thrown)))
        .or(
            () ->
                find(NATIVE_LIBRARY, causes, Throwable::toString)
                    .map(library -> ofNativeLibrary(library.group(), thrown)))
        .orElseGet(
            () ->
                JobFailure.system(
                    "The job failed: " + firstLine(causes.get(causes.size() - 1)),
                    "Look at the driver's log, repair the cause, and run again with --resume",
                    thrown));
  }

  private static Optional<MatchResult> find(
      Pattern pattern, List<Throwable> causes, Function<Throwable, @Nullable String> text) {
    return causes.stream()
        .map(cause -> pattern.matcher(String.valueOf(text.apply(cause))))
        .filter(Matcher::find)
        .map(Matcher::toMatchResult)
        .findFirst();
  }

  /** Returns the exit code that a failure ends the job with. */
  public static ExitCode exitCode(JobFailure failure) {
    return switch (failure.kind()) {
      case INPUT -> ExitCode.USAGE;
      case SYSTEM -> ExitCode.FAILED;
    };
  }

  private static JobFailure stopped(Throwable thrown) {
    return JobFailure.system(
        "Spark was stopped while the job ran, perhaps because the cluster ended the application",
        "Look for the cause in the logs of driver and cluster, then run again with --resume",
        thrown);
  }

  private static JobFailure ofNativeLibrary(String problem, Throwable thrown) {
    return JobFailure.system(
        "A native library could not be loaded: " + problem.strip(),
        "It is unpacked into the temporary folder, which must not be mounted noexec: name"
            + " another one by -Djava.io.tmpdir=/path in spark.driver.extraJavaOptions and"
            + " spark.executor.extraJavaOptions, then run again with --resume",
        thrown);
  }

  private static JobFailure ofText(@Nullable String kind, String text, Throwable thrown) {
    int end = text.lastIndexOf(". ");
    String problem = end < 0 ? text : text.substring(0, end);
    String remedy = end < 0 ? "Run again with --resume" : text.substring(end + 2);
    return Kind.INPUT.name().equals(kind)
        ? JobFailure.input(problem, remedy, thrown)
        : JobFailure.system(problem, remedy, thrown);
  }

  /** Returns an exception in one line, without a full stop. */
  static String firstLine(Throwable thrown) {
    String message = thrown.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    String name = thrown.getClass().getSimpleName();
    return line.isEmpty() ? name : name + ": " + line.strip().replaceFirst("\\.+$", "");
  }
}
