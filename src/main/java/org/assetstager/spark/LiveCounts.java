package org.assetstager.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple4;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Accumulators as they are now: what ended tasks have added, and what running ones had by their
 * executor's last heartbeat. For display only.
 */
public final class LiveCounts extends SparkListener implements AutoCloseable {
  private final SparkContext context;
  private final Map<Long, Running> running = new ConcurrentHashMap<>();
  private volatile boolean settled;

  /** A running task's own counts, by the ids of their accumulators. */
  private record Running(int stageId, Map<Long, Long> counts) {}

  /** Begins to listen. */
  public LiveCounts(SparkContext context) {
    this.context = context;
    context.addSparkListener(this);
  }

  /** Returns what an accumulator comes to. */
  public long of(LongAccumulator accumulator) {
    long sum = accumulator.value();
    if (settled) {
      return sum;
    }
    for (Running task : running.values()) {
      sum += task.counts().getOrDefault(accumulator.id(), 0L);
    }
    return sum;
  }

  /**
   * Counts only ended tasks from now on, because all have ended. Listeners hear of that after the
   * accumulators, so the last heartbeat of a task would be counted in addition to its result.
   */
  public void settle() {
    settled = true;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
        CollectionConverters.asJava(update.accumUpdates())) {
      Map<Long, Long> counts = new HashMap<>();
      for (AccumulableInfo info : CollectionConverters.asJava(task._4())) {
        if (info.update().isDefined() && info.update().get() instanceof Long count && count > 0) {
          counts.put(info.id(), count);
        }
      }
      running.put((Long) task._1(), new Running((Integer) task._2(), counts));
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
  }

  /** A heartbeat may come after its task's end. */
  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    running.values().removeIf(task -> task.stageId() == completed.stageInfo().stageId());
  }

  /** Ends listening. */
  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
