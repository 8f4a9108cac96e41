package org.assetstager.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assetstager.asset.JobFailure;
import org.assetstager.limits.LeaseQuestion.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LimiterTest {
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final Queue<Lease> answers = new ConcurrentLinkedQueue<>();
  private final List<LeaseQuestion> questions = new ArrayList<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Limiter limiter = new Limiter(Resource.REQUESTS, 7, this::answer);

  private synchronized Lease answer(LeaseQuestion question) {
    questions.add(question);
    asked.countDown();
    return answers.remove();
  }

  @Test
  void acquire_leaseOfSeveral_asksOnceForAll() throws InterruptedException {
    answers.add(new Lease(3, 0));

    limiter.acquire(1);
    limiter.acquire(2);

    assertThat(questions).containsExactly(new LeaseQuestion(Resource.REQUESTS, 7, 1, 0, 0));
  }

  @Test
  void acquire_moreThanLeased_asksForTheRestAndReportsWhatWasSent() throws InterruptedException {
    answers.addAll(List.of(new Lease(1, 0), new Lease(3, 0), new Lease(5, 0)));

    limiter.acquire(1);
    limiter.refused();
    limiter.acquire(8);

    assertThat(questions)
        .containsExactly(
            new LeaseQuestion(Resource.REQUESTS, 7, 1, 0, 0),
            new LeaseQuestion(Resource.REQUESTS, 7, 8, 1, 1),
            new LeaseQuestion(Resource.REQUESTS, 7, 5, 0, 0));
  }

  @Test
  void acquire_leaseBeginsLater_waits() throws InterruptedException {
    answers.add(new Lease(1, 300_000_000));
    long start = System.nanoTime();

    limiter.acquire(1);

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000);
  }

  @Test
  void acquire_leaseNotUsedInTime_isVoid() throws InterruptedException {
    answers.addAll(List.of(new Lease(100, 0), new Lease(1, Lease.VALID_NANOS), new Lease(1, 0)));
    limiter.acquire(1);
    // The second lease begins when the first one's time is over.
    limiter.acquireSoon(99);

    limiter.acquire(1);
    limiter.acquire(1);

    assertThat(questions).hasSize(3);
  }

  @Test
  void acquire_interrupted_endsAtOnce() throws InterruptedException {
    // The second may ask too, once the first has gone.
    answers.addAll(List.of(new Lease(1, HOUR_NANOS), new Lease(1, HOUR_NANOS)));
    CountDownLatch interrupted = new CountDownLatch(2);
    Thread first = waiting(interrupted);
    Thread second = waiting(interrupted);
    asked.await();

    first.interrupt();
    second.interrupt();

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private Thread waiting(CountDownLatch interrupted) {
    Thread thread =
        new Thread(
            () -> {
              try {
                limiter.acquire(1);
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void acquireSoon_othersWait_goesAheadOfThem() throws InterruptedException {
    answers.addAll(
        List.of(new Lease(1, 500_000_000), new Lease(1, 1_000_000), new Lease(1, 1_000_000)));
    List<String> order = new ArrayList<>();
    Thread first = acquiring("first", order, false);
    asked.await();
    Thread waits = acquiring("waits", order, false);
    awaitBlocked(waits);
    Thread soon = acquiring("soon", order, true);
    for (Thread thread : List.of(first, waits, soon)) {
      thread.join();
    }

    assertThat(order).containsExactly("first", "soon", "waits");
  }

  private Thread acquiring(String name, List<String> order, boolean soon) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (soon) {
                  limiter.acquireSoon(1);
                } else {
                  limiter.acquire(1);
                }
                synchronized (order) {
                  order.add(name);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }

  private static void awaitBlocked(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void acquire_driverFails_failsAndHoldsNobodyUp() {
    Limiter broken =
        new Limiter(
            Resource.BYTES,
            7,
            question -> {
              throw JobFailure.system("no driver", "Look");
            });

    assertThatThrownBy(() -> broken.acquire(1)).hasMessageContaining("no driver");
    assertThatThrownBy(() -> broken.acquire(1)).hasMessageContaining("no driver");
  }

  @Test
  void bytes_withoutLineToDriver_isFailureAndNotUnlimited() {
    ClusterLimits.Line line =
        message -> {
          throw new IllegalStateException("RPC endpoint is gone");
        };
    ClusterLimits.Line ofTheSession = ClusterLimits.line();
    ClusterLimits.connect(line);
    try {
      assertThatThrownBy(() -> ClusterLimits.bytes(12_345).acquire(1))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("could not be asked")
          .hasMessageContaining("RPC endpoint is gone");

      ClusterLimits.disconnect(line);

      assertThatThrownBy(() -> ClusterLimits.bytes(12_345).acquire(1))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("12345 bytes a second")
          .hasMessageContaining("JobPlugin");
    } finally {
      // Other tests' sessions go on with their own.
      if (ofTheSession != null) {
        ClusterLimits.connect(ofTheSession);
      }
    }
  }
}
