package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.shuffle.FetchFailedException;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class UploadTasksTest {
  private static final ConcurrentLinkedQueue<Boolean> RETRIED = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void forget() {
    RETRIED.clear();
  }

  private static JavaRDD<Integer> shuffled() {
    return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
        .parallelize(List.of(1), 1)
        .groupBy(n -> n, 1)
        .keys();
  }

  private static int shuffle(RDD<?> rdd) {
    var dependency = rdd.dependencies().head();
    return dependency instanceof ShuffleDependency<?, ?, ?> shuffle
        ? shuffle.shuffleId()
        : shuffle(dependency.rdd());
  }

  @Test
  void isRetried_firstAttempt_isFalse() {
    shuffled().foreach((VoidFunction<Integer>) n -> RETRIED.add(UploadTasks.isRetried()));

    assertThat(RETRIED).containsExactly(false);
  }

  @Test
  void isRetried_taskThatFailed_isTrueForTheNextAttempt() {
    shuffled()
        .foreach(
            (VoidFunction<Integer>)
                n -> {
                  RETRIED.add(UploadTasks.isRetried());
                  if (RETRIED.size() == 1) {
                    throw new IllegalStateException("a first attempt that fails");
                  }
                });

    assertThat(RETRIED).containsExactly(false, true);
  }

  @Test
  void isRetried_stageThatRunsAgainForLostInput_isTrue() {
    JavaRDD<Integer> rows = shuffled();
    int shuffle = shuffle(rows.rdd());
    rows.foreach(
        (VoidFunction<Integer>)
            n -> {
              RETRIED.add(UploadTasks.isRetried());
              if (RETRIED.size() == 1) {
                throw new FetchFailedException(
                    null,
                    shuffle,
                    0,
                    -1,
                    TaskContext.getPartitionId(),
                    new IOException("its executor is gone"));
              }
            });

    assertThat(RETRIED).containsExactly(false, true);
  }
}
