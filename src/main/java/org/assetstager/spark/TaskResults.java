package org.assetstager.spark;

import java.io.Serializable;
import java.util.function.BiConsumer;
import org.apache.spark.api.java.JavaRDD;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Results of a job whose tasks have one each. */
public final class TaskResults {
  private TaskResults() {}

  /**
   * Runs the job.
   *
   * @param taker gets the number of each task and its result once, as soon as the task has ended,
   *     in any order; in the thread of Spark's scheduler, so it must be quick
   */
  public static <T> void forEach(JavaRDD<T> results, Class<T> type, BiConsumer<Integer, T> taker) {
    results
        .context()
        .runJob(
            results.rdd(),
            new Only<>(),
            (task, result) -> {
              taker.accept((Integer) task, result);
              return BoxedUnit.UNIT;
            },
            ClassTag.apply(type));
  }

  private static final class Only<T> extends AbstractFunction1<Iterator<T>, T>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public T apply(Iterator<T> results) {
      return results.next();
    }
  }
}
