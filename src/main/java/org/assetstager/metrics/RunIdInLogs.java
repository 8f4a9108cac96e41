package org.assetstager.metrics;

import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The run id where log layouts find it: in the system property {@link #PROPERTY} of the driver and
 * of each executor, so that every line of a JVM can have it; and in the local property {@link
 * #LOCAL_PROPERTY}, which goes with each task and which Spark copies to the MDC of its thread.
 */
public final class RunIdInLogs {
  /** Empty, or not there, where no run is known. */
  public static final String PROPERTY = "asset-stager.run-id";

  /** Spark copies what begins with {@code mdc.}. */
  static final String LOCAL_PROPERTY = "mdc.run_id";

  private RunIdInLogs() {}

  /** Names the run whose work begins, on the driver. */
  public static void begin(SparkContext context, String runId) {
    context.setLocalProperty(LOCAL_PROPERTY, runId);
    take(runId);
  }

  /** Returns the run that this JVM works on, or an empty text. */
  static String current() {
    return System.getProperty(PROPERTY, "");
  }

  /** Takes a run id that is known before there is a context, or as the driver tells it. */
  public static void take(@Nullable String runId) {
    if (runId != null && !runId.equals(current())) {
      System.setProperty(PROPERTY, runId);
    }
  }

  /** Takes the run id that came with the running task. */
  static void takeFromTask() {
    take(TaskContext.get().getLocalProperty(LOCAL_PROPERTY));
  }

  /** Returns what the context's calling thread has in its logs, for {@link #end}. */
  public static @Nullable String of(SparkContext context) {
    return context.getLocalProperty(LOCAL_PROPERTY);
  }

  /**
   * Forgets the run, in a session that continues without it.
   *
   * @param before what {@link #of} said before the run began
   */
  public static void end(SparkContext context, @Nullable String before) {
    context.setLocalProperty(LOCAL_PROPERTY, before);
    System.clearProperty(PROPERTY);
  }
}
