package org.assetstager.pipeline;

import com.google.common.base.Throwables;
import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.KnownContent;
import org.assetstager.catalog.RemoteConfirmation;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Objects and rows of contents in the order of {@link ContentOrder}, in which the remote's current
 * object replaces the inventory's entry. It asks the remote ahead, for several contents at a time,
 * and only for contents that have more than the inventory's entry.
 */
final class AskAhead extends AbstractIterator<Tuple2<byte[], byte[]>> {
  /** Requests wait for the network for most of their time. */
  private static final int THREADS = 16;

  /** Rows that are held while requests are under way. */
  private static final int MOST_HELD = 1_000;

  private final PeekingIterator<Tuple2<byte[], byte[]>> source;
  private final RemoteConfirmation confirmation;
  private final Deque<Held> held = new ArrayDeque<>();
  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
  private int asked;

  /**
   * An element, and the answer that takes its place.
   *
   * @param answer null where the element is as it is
   */
  private record Held(
      Tuple2<byte[], byte[]> element, @Nullable Future<Optional<KnownContent>> answer) {}

  /** Begins in a task, and ends with it. */
  AskAhead(Iterator<Tuple2<byte[], byte[]>> sorted, RemoteConfirmation confirmation) {
    this.source = Iterators.peekingIterator(sorted);
    this.confirmation = confirmation;
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) task -> pool.shutdownNow());
  }

  @Override
  protected @Nullable Tuple2<byte[], byte[]> computeNext() {
    while (true) {
      readAhead();
      Held next = held.poll();
      if (next == null) {
        return endOfData();
      }
      if (next.answer() == null) {
        return next.element();
      }
      asked--;
      Optional<KnownContent> now = answer(next.answer());
      if (now.isPresent()) {
        return new Tuple2<>(next.element()._1(), KnownContent.CODEC.toBytes(now.get()));
      }
    }
  }

  private void readAhead() {
    while (held.size() < MOST_HELD && asked < 2 * THREADS && source.hasNext()) {
      Tuple2<byte[], byte[]> element = source.next();
      boolean ask =
          ContentOrder.what(element._1()) == ContentOrder.REMOTE
              && source.hasNext()
              && ContentOrder.sameContent(element._1(), source.peek()._1());
      asked += ask ? 1 : 0;
      held.add(
          new Held(
              element,
              ask
                  ? pool.submit(() -> confirmation.ask(KnownContent.CODEC.fromBytes(element._2())))
                  : null));
    }
  }

  private static Optional<KnownContent> answer(Future<Optional<KnownContent>> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted");
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    }
  }
}
