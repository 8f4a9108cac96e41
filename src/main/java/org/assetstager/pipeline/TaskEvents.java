package org.assetstager.pipeline;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.assetstager.report.html.EndedTask;
import org.assetstager.report.html.TaskTimeline;
import org.assetstager.spark.TaskProgress;
import scala.Option;
import scala.collection.Iterator;

/** Reports each task that ends to a timeline, until it is closed. */
final class TaskEvents extends SparkListener implements AutoCloseable {
  private final SparkContext context;
  private final TaskTimeline timeline;

  private TaskEvents(SparkContext context, TaskTimeline timeline) {
    this.context = context;
    this.timeline = timeline;
  }

  static TaskEvents listen(SparkContext context, TaskTimeline timeline) {
    TaskEvents events = new TaskEvents(context, timeline);
    context.addSparkListener(events);
    return events;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    TaskInfo task = end.taskInfo();
    if (task != null) {
      timeline.ended(
          new EndedTask(
              end.stageId(),
              task.index(),
              task.attemptNumber(),
              task.executorId(),
              task.host(),
              task.launchTime(),
              task.finishTime(),
              !task.successful(),
              task.speculative(),
              bytes(task)));
    }
  }

  private static long bytes(TaskInfo task) {
    long bytes = 0;
    Iterator<AccumulableInfo> updates = task.accumulables().iterator();
    while (updates.hasNext()) {
      AccumulableInfo update = updates.next();
      Option<String> name = update.name();
      if (name.isDefined()
          && TaskProgress.countsBytes(name.get())
          && update.update().isDefined()
          && update.update().get() instanceof Long count) {
        bytes += count;
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
