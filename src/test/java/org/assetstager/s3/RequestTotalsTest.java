package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class RequestTotalsTest {
  private final SparkSession spark = TestSpark.session();

  /** Sends requests, and fails then if it is to. */
  static final class Sending implements MapPartitionsFunction<Long, Long> {
    /** The driver's own, which runs in this JVM too; it isn't sent with the task. */
    private static volatile RequestTotals ofDriver;

    private final RequestTotals totals;
    private final int requests;
    private final boolean fails;

    Sending(RequestTotals totals, int requests, boolean fails) {
      this.totals = totals;
      this.requests = requests;
      this.fails = fails;
    }

    @Override
    public Iterator<Long> call(Iterator<Long> rows) {
      totals.addWhenTaskEnds();
      for (int i = 0; i < requests; i++) {
        RequestCounts.sent(S3Request.PUT);
      }
      // What the timer does meanwhile.
      totals.add();
      RequestCounts.sent(S3Request.GET);
      // What the record of the attempt does meanwhile, on a driver that is the executor too.
      ofDriver.addOfIdleDriver();
      RequestCounts.beganAgain();
      if (fails) {
        throw new IllegalStateException("fails");
      }
      return rows;
    }
  }

  private void run(RequestTotals totals, int requests, boolean fails) {
    spark
        .range(0, 1, 1, 1)
        .as(Encoders.LONG())
        .mapPartitions(new Sending(totals, requests, fails), Encoders.LONG())
        .count();
  }

  @Test
  void addWhenTaskEnds_taskThatFailed_isToldByTheNext() {
    RequestTotals.forget();
    RequestTotals totals = new RequestTotals(spark.sparkContext());
    Sending.ofDriver = new RequestTotals(spark.sparkContext());

    assertThatThrownBy(() -> run(totals, 5, true)).hasStackTraceContaining("fails");
    assertThat(totals.byKind()).as("dropped by Spark").isEmpty();
    run(totals, 2, false);

    long attempts = 4; // of the session's tasks
    assertThat(totals.byKind())
        .containsExactlyInAnyOrderEntriesOf(Map.of("PUT", attempts * 5 + 2, "GET", attempts + 1));
    assertThat(totals.retries()).isEqualTo(attempts + 1);
    assertThat(RequestCounts.drain()).isEmpty();
    assertThat(Sending.ofDriver.byKind()).as("left to the tasks").isEmpty();

    RequestCounts.sent(S3Request.LIST);
    Sending.ofDriver.addOfIdleDriver();
    assertThat(Sending.ofDriver.byKind()).containsExactly(Map.entry("LIST", 1L));
  }
}
