package org.assetstager.command;

import com.google.common.base.Throwables;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.assetstager.spark.Daemons;

/** Checks something in the background while the command starts Spark, which takes seconds. */
final class BackgroundCheck implements AutoCloseable {
  private final FutureTask<Void> check;

  private BackgroundCheck(Runnable check) {
    this.check = new FutureTask<>(check, null);
  }

  /** Starts it; {@link #close} waits for its end, so that it leaves nothing half done. */
  static BackgroundCheck start(String name, Runnable check) {
    BackgroundCheck started = new BackgroundCheck(check);
    Daemons.threads(name).newThread(started.check).start();
    return started;
  }

  /** Waits for its end, and throws what it threw. */
  void requirePassed() {
    try {
      check.get();
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      check.get();
    } catch (ExecutionException e) {
      // requirePassed() reports a failure.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
