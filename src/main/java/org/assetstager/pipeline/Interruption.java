package org.assetstager.pipeline;

import java.io.PrintWriter;
import java.util.List;
import org.apache.spark.util.SignalUtils;
import org.assetstager.report.ExitCode;
import scala.runtime.AbstractFunction0;

/**
 * Says how to go on when the run is interrupted: by Ctrl-C, by SIGTERM, as systemd, Kubernetes and
 * Slurm send it, or by SIGHUP, as when a terminal is closed. The JVM then exits with 130.
 */
public final class Interruption implements AutoCloseable {
  /** Those that a JVM ends by with other exit codes than by SIGINT, 143 and 129. */
  private static final List<String> OTHER_SIGNALS = List.of("TERM", "HUP");

  private final Thread hook;

  /**
   * Says how to go on from now on.
   *
   * @param goOn options of the command that does
   */
  public Interruption(String goOn, PrintWriter out) {
    hook =
        new Thread(
            () -> {
              out.println();
              out.println("Interrupted. Go on with: " + goOn);
            });
    Runtime.getRuntime().addShutdownHook(hook);
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
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook has its reason to run.
      return;
    }
  }
}
