package org.assetstager.spark;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;
import org.assetstager.asset.Total;

/**
 * Counts what tasks have done. People see it as progress, here and on the stage's page of Spark's
 * UI. A task that runs twice counts twice, so no total is taken from it.
 */
public final class TaskProgress implements Serializable {
  /** What phases over files count, contents among them. */
  public static final String FILES = "files";

  private static final String BYTES = " bytes";

  private final String noun;
  private final LongAccumulator done;
  private final LongAccumulator bytes;
  private final LongAccumulator passedOver;
  private transient volatile long allDone;
  private transient volatile long allBytes;

  /** Of the driver alone, as the other two. */
  private transient volatile Total earlier = Total.NONE;

  /** Counts files, from zero. */
  public TaskProgress(SparkContext context, String phase) {
    this(context, phase, FILES);
  }

  /**
   * Counts from zero.
   *
   * @param noun what is counted, such as {@code rows}
   */
  public TaskProgress(SparkContext context, String phase, String noun) {
    this.noun = noun;
    done = context.longAccumulator(phase + " " + noun);
    bytes = context.longAccumulator(phase + BYTES);
    passedOver = context.longAccumulator(phase + " passed over");
  }

  /**
   * Tells how much there is to do, on the driver.
   *
   * @param all 0 where that isn't known
   * @param allOfBytes 0 where that isn't known, and in a phase that is not about bytes
   */
  public TaskProgress expect(long all, long allOfBytes) {
    allDone = all;
    allBytes = allOfBytes;
    return this;
  }

  /** Tells what of it earlier attempts at the run have done, on the driver; it counts as done. */
  public void startAt(Total done) {
    earlier = done;
  }

  /** Whether an accumulator of this name counts the bytes of a phase. */
  public static boolean countsBytes(String accumulator) {
    return accumulator.endsWith(BYTES);
  }

  /** Counts elements that are done; from any thread of the task. */
  public void count(long more) {
    if (more > 0) {
      synchronized (done) {
        done.add(more);
      }
    }
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

  /**
   * Counts expected bytes of an element that is done without them, such as those of content that is
   * known already; from any thread of the task.
   */
  public void passOver(long more) {
    if (more > 0) {
      synchronized (passedOver) {
        passedOver.add(more);
      }
    }
  }

  /** Returns what is counted, in the plural. */
  public String noun() {
    return noun;
  }

  /** Returns what tasks that have ended have done. */
  public long done() {
    return done.value();
  }

  /** Returns the bytes that tasks that have ended have done. */
  public long bytes() {
    return bytes.value();
  }

  /** Returns what is done, as far as tasks, running ones too, have told the driver. */
  public long done(LiveCounts live) {
    return earlier.rows() + live.of(done);
  }

  /** Returns the bytes done, as far as tasks, running ones too, have told the driver. */
  public long bytes(LiveCounts live) {
    return earlier.bytes() + live.of(bytes);
  }

  /** Returns what of it earlier attempts at the run have done. */
  public Total earlier() {
    return earlier;
  }

  /** Returns the bytes passed over, with those of running tasks. */
  public long passedOver(LiveCounts live) {
    return live.of(passedOver);
  }

  /** Returns how much there is to do; 0 where that isn't known. */
  public long all() {
    return allDone;
  }

  /** Returns how many bytes there are; 0 where that isn't known. */
  public long allBytes() {
    return allBytes;
  }
}
