package org.assetstager.spark;

import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts what tasks have done, for the eyes of whoever waits, here and on the stage's page of
 * Spark's UI; a task that runs twice counts twice, so no total is taken from it.
 */
public final class TaskProgress implements Serializable {
  private static final String BYTES = " bytes";

  private final LongAccumulator files;
  private final LongAccumulator bytes;

  /** Starts at zero. */
  public TaskProgress(SparkContext context, String phase) {
    files = context.longAccumulator(phase + " files");
    bytes = context.longAccumulator(phase + BYTES);
  }

  /** Whether an accumulator of this name counts the bytes of a phase. */
  public static boolean countsBytes(String accumulator) {
    return accumulator.endsWith(BYTES);
  }

  /** Returns an iterator that counts each element as it passes, in the task's own thread. */
  public <A, B> Iterator<B> counting(
      Iterator<A> elements, ToLongFunction<A> bytesOf, Function<A, B> result) {
    return counting(elements, 1, bytesOf, result);
  }

  /** As {@link #counting}, of elements that are only parts of a file. */
  public <A, B> Iterator<B> countingParts(
      Iterator<A> elements, ToLongFunction<A> bytesOf, Function<A, B> result) {
    return counting(elements, 0, bytesOf, result);
  }

  private <A, B> Iterator<B> counting(
      Iterator<A> elements, int filesEach, ToLongFunction<A> bytesOf, Function<A, B> result) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public B next() {
        A element = elements.next();
        files.add(filesEach);
        countBytes(bytesOf.applyAsLong(element));
        return result.apply(element);
      }
    };
  }

  /** Counts bytes of an element that hasn't passed yet; from any thread of the task. */
  public void countBytes(long more) {
    if (more > 0) {
      // Heartbeats may read a sum that is a moment old.
      synchronized (bytes) {
        bytes.add(more);
      }
    }
  }

  /** Returns the files done, as far as tasks have told the driver. */
  public long files() {
    return files.value();
  }

  /** Returns the bytes done, as far as tasks have told the driver. */
  public long bytes() {
    return bytes.value();
  }

  /** As {@link #files()}, with those of running tasks. */
  public long files(LiveCounts live) {
    return live.of(files);
  }

  /** As {@link #bytes()}, with those of running tasks. */
  public long bytes(LiveCounts live) {
    return live.of(bytes);
  }
}
