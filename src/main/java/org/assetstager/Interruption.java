package org.assetstager;

import java.io.PrintWriter;

/** Says how to go on when the run is interrupted (Ctrl-C): the JVM then exits with 130. */
final class Interruption implements AutoCloseable {
  private final Thread hook;

  Interruption(StageRun run, PrintWriter out) {
    hook =
        new Thread(
            () -> {
              out.println();
              out.println("Interrupted. Go on with: --resume " + run.description().runId());
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Whether the JVM is shutting down, as after Ctrl-C. Spark then stops under the job's feet: what
   * fails from there on is no failure of the job.
   */
  static boolean isUnderWay() {
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
