package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class ConcurrentMapTest {
  /** What waits for this would wait for ever. */
  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static <T> List<T> drain(Iterator<T> iterator) {
    List<T> all = new ArrayList<>();
    iterator.forEachRemaining(all::add);
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 7, 2_000})
  void map_anyNumberOfElements_givesAResultForEach(int elements) throws Exception {
    List<Integer> source = IntStream.range(0, elements).boxed().toList();

    List<Integer> results =
        InTask.call(
            () -> drain(ConcurrentMap.map(source.iterator(), 2, "complete", x -> 1_000_000 + x)));

    assertThat(results)
        .containsExactlyInAnyOrderElementsOf(source.stream().map(x -> 1_000_000 + x).toList());
  }

  @Test
  void map_afterTheLast_hasNoMore() throws Exception {
    assertThatThrownBy(
            () ->
                InTask.call(
                    () -> ConcurrentMap.map(Collections.emptyIterator(), 2, "none", x -> x).next()))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void map_workThatWaitsForOthers_runsAsManyAtOnceAsThreads() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(5);
    Function<Integer, Integer> meet =
        x -> {
          try {
            barrier.await(20, TimeUnit.SECONDS);
            return x;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        };

    assertThat(
            InTask.call(
                () ->
                    drain(
                        ConcurrentMap.map(IntStream.range(0, 20).iterator(), 5, "barrier", meet))))
        .hasSize(20);
  }

  @Test
  void map_slowReader_readsNoFurtherAheadThanTwiceTheThreads() throws Exception {
    AtomicInteger read = new AtomicInteger();
    Thread[] reader = new Thread[1];
    Iterator<Integer> source =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return read.get() < 100;
          }

          @Override
          public Integer next() {
            assertThat(Thread.currentThread()).isSameAs(reader[0]);
            return read.incrementAndGet();
          }
        };

    int most =
        InTask.call(
            () -> {
              reader[0] = Thread.currentThread();
              Iterator<Integer> results = ConcurrentMap.map(source, 3, "ahead", x -> x);
              int ahead = 0;
              for (int taken = 0; results.hasNext(); taken++) {
                ahead = Math.max(ahead, read.get() - taken);
                results.next();
              }
              return ahead;
            });

    assertThat(most).isEqualTo(6);
    assertThat(read).hasValue(100);
  }

  @Test
  void map_quickBehindSlow_comesFirst() throws Exception {
    CountDownLatch quickIsTaken = new CountDownLatch(1);
    Function<String, String> work =
        x -> {
          if (x.equals("slow")) {
            try {
              quickIsTaken.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
          return x;
        };

    List<String> results =
        InTask.call(
            () -> {
              Iterator<String> all =
                  ConcurrentMap.map(List.of("slow", "quick").iterator(), 2, "order", work);
              List<String> taken = new ArrayList<>(List.of(all.next()));
              quickIsTaken.countDown();
              all.forEachRemaining(taken::add);
              return taken;
            });

    assertThat(results).containsExactly("quick", "slow");
  }

  @Test
  void map_workThatFails_throwsItsOwnFailureAndEndsTheOthers() throws Exception {
    JobFailure failure = JobFailure.system("The disk is gone", "Mount it");
    Function<Integer, Integer> work =
        x -> {
          if (x == 2) {
            throw failure;
          }
          waitForEver();
          return x;
        };

    assertThatThrownBy(
            () ->
                InTask.call(
                    () -> drain(ConcurrentMap.map(List.of(1, 2, 3).iterator(), 3, "fails", work))))
        .isSameAs(failure);
    Threads.assertEnd("fails-");
  }

  @Test
  void map_workThatFailsWithAnError_throwsTheError() {
    StackOverflowError error = new StackOverflowError("deep");

    assertThatThrownBy(
            () ->
                InTask.call(
                    () -> {
                      try {
                        return drain(
                            ConcurrentMap.map(
                                List.of(1).iterator(),
                                1,
                                "error",
                                x -> {
                                  throw error;
                                }));
                      } catch (StackOverflowError e) {
                        throw new IllegalStateException("seen", e);
                      }
                    }))
        .hasMessage("seen")
        .hasCause(error);
  }

  @Test
  void map_taskThatEndsEarly_endsItsThreads() throws Exception {
    AtomicInteger started = new AtomicInteger();
    Function<Integer, Integer> work =
        x -> {
          if (x > 0) {
            started.incrementAndGet();
            waitForEver();
          }
          return x;
        };

    int first =
        InTask.call(
            () -> ConcurrentMap.map(IntStream.range(0, 100).iterator(), 4, "early", work).next());

    assertThat(first).isZero();
    Threads.assertEnd("early-");
    // Two times four are the most that were read, and the pool has four threads.
    assertThat(started).hasValueLessThanOrEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void map_taskThatIsKilled_endsWithItsThreads(boolean interrupt) throws Exception {
    SparkContext context = TestSpark.session().sparkContext();
    String name = "killed-" + interrupt;
    CountDownLatch working = new CountDownLatch(1);
    Function<Integer, Integer> work =
        x -> {
          working.countDown();
          waitForEver();
          return x;
        };
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread job =
        new Thread(
            () -> {
              context.setJobGroup(name, "a job to be killed", interrupt);
              try {
                InTask.run(() -> drain(ConcurrentMap.map(List.of(1, 2).iterator(), 2, name, work)));
                ended.complete(null);
              } catch (Throwable e) {
                ended.complete(e);
              }
            });
    job.start();
    assertThat(working.await(20, TimeUnit.SECONDS)).isTrue();

    context.cancelJobGroup(name);

    assertThat(ended.get(20, TimeUnit.SECONDS)).hasMessageContaining("cancelled");
    Threads.assertEnd(name);
  }
}
