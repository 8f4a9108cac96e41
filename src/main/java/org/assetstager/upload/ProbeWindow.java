package org.assetstager.upload;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.assetstager.spark.Daemons;
import org.assetstager.upload.Probe.Figure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has several threads do the same work until a moment, and measures how much they do. */
final class ProbeWindow {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeWindow.class);

  private static final double NANOS = 1e9;
  private static final long POLL_MILLIS = 50;

  /** Work that is under way at the end of the window may be finished in this time. */
  private static final long GRACE_NANOS = 1_000_000_000;

  /** An interrupted request ends at once; a file server may take longer for a read. */
  private static final Duration MOST_TO_END = Duration.ofSeconds(30);

  private ProbeWindow() {}

  /** The work of one thread. */
  interface Work extends AutoCloseable {
    /**
     * Does the next piece.
     *
     * @return its bytes; negative if there is nothing left to do
     */
    long next() throws IOException;

    /** Whether the pieces are now as large as they are meant to be. Earlier ones don't count. */
    default boolean settled() {
      return true;
    }

    @Override
    default void close() throws IOException {}
  }

  /**
   * Measures.
   *
   * @param threads at least 1
   * @param endNanos of {@link System#nanoTime}; threads begin nothing after that
   * @param killed whether nobody waits for the result any more
   * @param start makes the work of a thread, in it
   * @throws CancellationException if nobody does, or the thread is interrupted; it stays so
   */
  static Figure measure(int threads, long endNanos, BooleanSupplier killed, IntFunction<Work> start)
      throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(threads, Daemons.threads("probe"));
    try {
      List<Future<Figure>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        running.add(
            pool.submit(
                () -> {
                  try (Work work = start.apply(thread)) {
                    return measure(work, endNanos);
                  }
                }));
      }
      Figure sum = Figure.NONE;
      for (Future<Figure> future : running) {
        sum = sum.plus(await(future, endNanos, killed, pool));
      }
      return sum;
    } finally {
      end(pool);
    }
  }

  /**
   * A thread's rate is that between the ends of its first and of its last piece: the first one
   * opens connections, and pieces that are long compared with the window count by the time that
   * they took.
   */
  private static Figure measure(Work work, long endNanos) throws IOException {
    long begin = System.nanoTime();
    long first = 0;
    long firstBytes = 0;
    long last = 0;
    long count = -1;
    long bytes = 0;
    while (System.nanoTime() - endNanos < 0 && !Thread.currentThread().isInterrupted()) {
      long piece = nextBefore(work, endNanos);
      if (piece < 0) {
        break;
      }
      if (!work.settled()) {
        begin = System.nanoTime();
        continue;
      }
      last = System.nanoTime();
      count++;
      if (count == 0) {
        first = last;
        firstBytes = piece;
      } else {
        bytes += piece;
      }
    }
    if (count > 0) {
      return figure(count, bytes, last - first);
    }
    // It would have come to a second one in more time than was left.
    return count == 0 ? figure(1, firstBytes, System.nanoTime() - begin) : Figure.NONE;
  }

  /** What fails after the end, as by an interrupt, is nothing to measure, and no failure. */
  private static long nextBefore(Work work, long endNanos) throws IOException {
    try {
      return work.next();
    } catch (IOException | RuntimeException e) {
      if (System.nanoTime() - endNanos > 0) {
        return -1;
      }
      throw e;
    }
  }

  private static Figure figure(long count, long bytes, long nanos) {
    double seconds = Math.max(1, nanos) / NANOS;
    return new Figure(count, bytes, count / seconds, bytes / seconds);
  }

  private static Figure await(
      Future<Figure> future, long endNanos, BooleanSupplier killed, ExecutorService pool)
      throws IOException {
    boolean late = false;
    while (true) {
      try {
        return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (killed.getAsBoolean()) {
          throw new CancellationException("The probe was cancelled");
        }
        if (!late && System.nanoTime() - endNanos > GRACE_NANOS) {
          late = true;
          pool.shutdownNow();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("The probe was interrupted");
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      }
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) throws IOException {
    if (cause instanceof IOException failure) {
      throw failure;
    }
    if (cause instanceof RuntimeException failure) {
      throw failure;
    }
    throw new IllegalStateException(cause);
  }

  /** No request may be under way when the upload is aborted, however often this is interrupted. */
  private static void end(ExecutorService pool) {
    boolean interrupted = Thread.interrupted();
    pool.shutdownNow();
    if (!Uninterruptibles.awaitTerminationUninterruptibly(pool, MOST_TO_END)) {
      LOG.warn("A request or a read of the probe hasn't ended after {}", MOST_TO_END);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
