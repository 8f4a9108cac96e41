package org.assetstager.spark;

import com.google.common.base.Throwables;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Applies a function to the elements of a task's partition, several at a time, because they wait
 * for disks and networks. The source is read in the task's own thread, no further ahead than twice
 * the number of threads; results come in the order in which they are ready. Ends with the task,
 * however it ends.
 */
public final class ConcurrentMap<A, B> implements Iterator<B> {
  /** How often a waiting task looks whether it was killed. */
  private static final long POLL_MILLIS = 200;

  private final Iterator<A> source;
  private final Function<A, B> work;
  private final ExecutorService pool;
  private final ExecutorCompletionService<B> completed;
  private final int window;
  private final TaskContext task;
  private int running;

  private ConcurrentMap(
      Iterator<A> source, int threads, Function<A, B> work, TaskContext task, String name) {
    this.source = source;
    this.work = work;
    this.window = 2 * threads;
    this.task = task;
    this.pool =
        Executors.newFixedThreadPool(threads, Daemons.threads(name + "-" + task.partitionId()));
    this.completed = new ExecutorCompletionService<>(pool);
    task.addTaskCompletionListener((TaskCompletionListener) context -> stop());
  }

  /**
   * Starts work on a partition; called inside a task.
   *
   * @param name of the threads
   */
  public static <A, B> Iterator<B> map(
      Iterator<A> source, int threads, String name, Function<A, B> work) {
    return new ConcurrentMap<>(source, threads, work, TaskContext.get(), name);
  }

  private void stop() {
    boolean interrupted = Thread.interrupted();
    pool.shutdownNow();
    try {
      // A thread that still reads or sends must not outlive the files and clients of its task.
      pool.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean hasNext() {
    while (running < window && source.hasNext()) {
      A element = source.next();
      completed.submit(() -> work.apply(element));
      running++;
    }
    return running > 0;
  }

  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      Future<B> result = poll();
      running--;
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted");
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    }
  }

  private Future<B> poll() throws InterruptedException {
    @Nullable Future<B> result = null;
    while (result == null) {
      if (task.isInterrupted()) {
        throw new TaskKilledException("killed");
      }
      result = completed.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    return result;
  }
}
