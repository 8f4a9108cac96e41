package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class PushedIteratorTest {
  private static <T> List<T> drain(Iterator<T> iterator) {
    List<T> all = new ArrayList<>();
    iterator.forEachRemaining(all::add);
    return all;
  }

  private static Iterator<String> pushed(
      String name, List<Integer> source, BiConsumer<Integer, Consumer<String>> push) {
    return new PushedIterator<>(source.iterator(), name, push);
  }

  @Test
  void next_severalSources_givesAllInOrder() throws Exception {
    List<String> expected = new ArrayList<>();
    List<Integer> sizes = List.of(0, 3, 0, 0, 2_500, 1, 0);
    for (int size : sizes) {
      IntStream.range(0, size).forEach(i -> expected.add(size + "/" + i));
    }

    List<String> all =
        InTask.call(
            () ->
                drain(
                    pushed(
                        "order",
                        sizes,
                        (size, out) -> {
                          for (int i = 0; i < size; i++) {
                            out.accept(size + "/" + i);
                          }
                        })));

    assertThat(all).isEqualTo(expected);
  }

  @Test
  void next_noSource_hasNothing() {
    assertThatThrownBy(() -> InTask.call(() -> pushed("none", List.of(), (x, out) -> {}).next()))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void next_slowReader_pushesOnlyAFewAhead() throws Exception {
    AtomicInteger pushed = new AtomicInteger();

    int most =
        InTask.call(
            () -> {
              Iterator<String> all =
                  pushed(
                      "ahead",
                      List.of(20_000),
                      (size, out) -> {
                        for (int i = 0; i < size; i++) {
                          pushed.incrementAndGet();
                          out.accept("x");
                        }
                      });
              int ahead = 0;
              for (int taken = 0; all.hasNext(); taken++) {
                ahead = Math.max(ahead, pushed.get() - taken);
                all.next();
              }
              return ahead;
            });

    assertThat(pushed).hasValue(20_000);
    // A thousand in the queue, the one in the reader's hand and the one that waits to get in.
    assertThat(most).isBetween(2, 1_002);
  }

  @Test
  void next_manyEmptySources_isFast() {
    List<Integer> sources = Collections.nCopies(2_000, 0);

    List<String> all =
        Assertions.assertTimeout(
            Duration.ofSeconds(60),
            () -> InTask.call(() -> drain(pushed("empty", sources, (x, out) -> {}))));

    assertThat(all).isEmpty();
  }

  @Test
  void next_pushThatFails_givesWhatCameBeforeThenItsOwnFailure() throws Exception {
    JobFailure failure = JobFailure.system("The root is lost", "Mount it");
    List<String> seen = new ArrayList<>();

    assertThatThrownBy(
            () ->
                InTask.call(
                    () -> {
                      pushed(
                              "fails",
                              List.of(1, 2),
                              (x, out) -> {
                                out.accept("of " + x);
                                if (x == 2) {
                                  throw failure;
                                }
                              })
                          .forEachRemaining(seen::add);
                      return null;
                    }))
        .isSameAs(failure);
    assertThat(seen).containsExactly("of 1", "of 2");
    Threads.assertEnd("fails-");
  }

  private static void pushForEver(int source, Consumer<String> out) {
    while (true) {
      out.accept("more of " + source);
    }
  }

  @Test
  void next_taskThatEndsEarly_endsTheThreadQuietly() throws Exception {
    ConcurrentLinkedQueue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    // On an executor what a thread doesn't catch ends the whole process.
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
    try {
      String first =
          InTask.call(() -> pushed("early", List.of(1), PushedIteratorTest::pushForEver).next());

      assertThat(first).isEqualTo("more of 1");
      Threads.assertEnd("early-");
      assertThat(uncaught).isEmpty();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void next_taskThatIsKilledWhileItWaits_endsWithItsThread() throws Exception {
    SparkContext context = TestSpark.session().sparkContext();
    CountDownLatch pushing = new CountDownLatch(1);
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    BiConsumer<Integer, Consumer<String>> silent =
        (x, out) -> {
          pushing.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    Thread job =
        new Thread(
            () -> {
              context.setJobGroup("killed-push", "a job to be killed", false);
              try {
                InTask.run(() -> drain(pushed("killed-push", List.of(1), silent)));
                ended.complete(null);
              } catch (Throwable e) {
                ended.complete(e);
              }
            });
    job.start();
    assertThat(pushing.await(20, TimeUnit.SECONDS)).isTrue();

    context.cancelJobGroup("killed-push");

    assertThat(ended.get(20, TimeUnit.SECONDS)).hasMessageContaining("cancelled");
    Threads.assertEnd("killed-push");
  }
}
