package org.assetstager.upload;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assetstager.s3.S3Failure;

/** Sends parts by several threads; when one fails, the others begin no more. */
public final class PartsInFlight {
  /** Sends the next part; false if there is none. */
  public interface NextPart {
    boolean send() throws S3Failure, IOException;
  }

  private PartsInFlight() {}

  /**
   * Sends all parts.
   *
   * @param threads at least 1
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  public static void send(int threads, NextPart next) throws S3Failure, IOException {
    AtomicBoolean failed = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(
            pool.submit(
                () -> {
                  boolean done = false;
                  try {
                    boolean more = true;
                    while (more && !failed.get()) {
                      more = next.send();
                    }
                    done = true;
                    return null;
                  } finally {
                    failed.compareAndSet(false, !done);
                  }
                }));
      }
      awaitAll(running);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Waits for all, so that no part is under way when the upload is aborted. */
  private static void awaitAll(List<Future<?>> running) throws S3Failure, IOException {
    Throwable first = null;
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (ExecutionException e) {
        first = first == null ? e.getCause() : first;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("The upload of parts was interrupted");
      }
    }
    if (first != null) {
      Throwables.throwIfInstanceOf(first, S3Failure.class);
      Throwables.throwIfInstanceOf(first, IOException.class);
      Throwables.throwIfUnchecked(first);
      throw new IllegalStateException(first);
    }
  }
}
