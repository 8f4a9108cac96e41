package org.assetstager.pipeline;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.util.SignalUtils;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import scala.runtime.AbstractFunction0;

/**
 * Says how to go on when the run is interrupted, and has its report written: by Ctrl-C, by SIGTERM,
 * as systemd, Kubernetes and Slurm send it, or by SIGHUP, as when a terminal is closed. The JVM
 * then exits with 130.
 */
public final class Interruption implements AutoCloseable {
  /** Those that a JVM ends by with other exit codes than by SIGINT, 143 and 129. */
  private static final List<String> OTHER_SIGNALS = List.of("TERM", "HUP");

  /** Spark's hook, which stops its context, comes later, and so does the end of file systems. */
  private static final int PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY + 40;

  /** After all that a run still has to tell. */
  private static final int LAST = PRIORITY - 5;

  private final Runnable hook;

  /**
   * Waits for an interruption, until it is closed.
   *
   * @param resumeCommand that goes on with the run
   * @param report is run after it is said how to go on; Spark and file systems still work
   * @param patience that the report is given
   */
  public Interruption(String resumeCommand, PrintWriter out, Runnable report, Duration patience) {
    this(
        () -> {
          out.println("Interrupted. Continue with: " + resumeCommand);
          out.flush();
          report.run();
        },
        PRIORITY,
        patience);
  }

  private Interruption(Runnable hook, int priority, Duration patience) {
    this.hook = hook;
    ShutdownHookManager.get()
        .addShutdownHook(hook, priority, patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits likewise, and then prints a result for programs where the command hasn't. */
  public static Interruption toldTo(JsonLines events) {
    return new Interruption(
        () -> events.end(ExitCode.INTERRUPTED, "The command was interrupted"),
        LAST,
        Duration.ofSeconds(1));
  }

  /**
   * Makes the JVM end by SIGTERM and SIGHUP as it does by SIGINT. A signal that it was started to
   * ignore, as by nohup, stays ignored. In cluster mode signals are the cluster's, and an exit code
   * of the job's reaches nobody.
   */
  public static void endsByAnySignalAlike() {
    if (!"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      OTHER_SIGNALS.forEach(signal -> SignalUtils.register(signal, new Exit()));
    }
  }

  /** Shutdown hooks run, Spark's among them. */
  private static final class Exit extends AbstractFunction0<Object> {
    @Override
    public Object apply() {
      Runtime.getRuntime().exit(ExitCode.INTERRUPTED.value());
      return true;
    }
  }

  /**
   * Whether the JVM is shutting down, as after Ctrl-C. Spark then stops under the job's feet: what
   * fails from there on is no failure of the job.
   */
  public static boolean isUnderWay() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      ShutdownHookManager.get().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook has its reason to run.
      return;
    }
  }
}
