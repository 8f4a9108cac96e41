package org.assetstager.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * What a method pushes to a consumer, as an iterator, without holding more than a few elements. The
 * method runs in a thread of its own, which ends with the task.
 */
public final class PushedIterator<A, B> implements Iterator<B> {
  private static final int CAPACITY = 1_000;
  private static final long POLL_MILLIS = 200;

  private final Iterator<A> source;
  private final BiConsumer<A, Consumer<B>> push;
  private final String name;
  private final TaskContext task = TaskContext.get();
  private final BlockingQueue<Optional<B>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private @Nullable Thread thread;
  private volatile @Nullable Throwable failure;
  private @Nullable B next;

  /**
   * Starts with the first element asked for; called inside a task.
   *
   * @param source read in the task's own thread
   * @param push pushes all that comes of one element of the source
   * @param name of the thread
   */
  public PushedIterator(Iterator<A> source, String name, BiConsumer<A, Consumer<B>> push) {
    this.source = source;
    this.push = push;
    this.name = name;
    task.addTaskCompletionListener((TaskCompletionListener) context -> stop());
  }

  private void start(A element) {
    Thread started =
        new Thread(
            () -> {
              try {
                push.accept(element, pushed -> put(Optional.of(pushed)));
              } catch (Throwable e) { // Thrown again in the task's thread.
                failure = e;
              }
              end();
            },
            name + "-" + task.partitionId());
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  private void end() {
    try {
      put(Optional.empty());
    } catch (CancellationException e) {
      // Nobody waits for the end; and what a thread doesn't catch stops its whole executor.
    }
  }

  private void put(Optional<B> element) {
    try {
      queue.put(element);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The task has ended");
    }
  }

  private void stop() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      if (thread == null) {
        if (!source.hasNext()) {
          return false;
        }
        start(source.next());
      }
      next = poll().orElse(null);
      if (next == null) {
        thread = null;
        rethrow();
      }
    }
    return true;
  }

  /** Returns the next element; empty once the thread has pushed all of its own. */
  private Optional<B> poll() {
    while (true) {
      if (task.isInterrupted()) {
        throw new TaskKilledException("killed");
      }
      try {
        Optional<B> element = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (element != null) {
          return element;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException("interrupted");
      }
    }
  }

  private void rethrow() {
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    } else if (thrown != null) {
      throw new IllegalStateException(thrown);
    }
  }

  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    B element = Objects.requireNonNull(next);
    next = null;
    return element;
  }
}
