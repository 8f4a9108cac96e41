package org.assetstager.spark;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/** Threads that don't prevent the JVM from ending. */
public final class Daemons {
  private Daemons() {}

  /** Returns a maker of threads that all have one name. */
  public static ThreadFactory threads(String name) {
    return runnable -> {
      Thread thread = new Thread(runnable, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Returns a timer of one thread, which starts with its first work and forgets what is cancelled.
   */
  public static ScheduledExecutorService timer(String name) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads(name));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
