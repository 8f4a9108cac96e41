package org.assetstager.s3;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Brings the requests that executors count to the driver. Requests of a task that runs twice were
 * sent twice, so they count twice; those of an executor that dies are missing.
 */
public final class RequestTotals implements Serializable {
  private final EnumMap<S3Request, LongAccumulator> totals = new EnumMap<>(S3Request.class);

  /** Starts at zero. */
  public RequestTotals(SparkContext context) {
    for (S3Request kind : S3Request.values()) {
      totals.put(kind, context.longAccumulator("requests " + kind));
    }
  }

  /** Adds what this JVM has sent by the time that the running task ends, however it ends. */
  public void addWhenTaskEnds() {
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> add());
  }

  /** Adds what this JVM has sent since the last time. */
  public void add() {
    RequestCounts.drain().forEach((kind, count) -> total(S3Request.valueOf(kind)).add(count));
  }

  /**
   * Returns the requests by kind, as far as executors have told; kinds without any are left out.
   */
  public Map<String, Long> byKind() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (S3Request kind : S3Request.values()) {
      long count = total(kind).value();
      if (count > 0) {
        counts.put(kind.name(), count);
      }
    }
    return counts;
  }

  private LongAccumulator total(S3Request kind) {
    return Objects.requireNonNull(totals.get(kind));
  }
}
