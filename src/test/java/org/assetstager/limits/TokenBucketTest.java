package org.assetstager.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Executors that lease by a clock that the test moves on. */
class TokenBucketTest {
  private static final long SECOND = 1_000_000_000;
  private static final long WINDOW = 10 * SECOND;
  private static final long PHASE = 40 * SECOND;

  private record Sent(long atNanos, long tokens) {}

  /** When an executor uses its lease: at once, as late as it may, or in between. */
  private enum Use {
    AT_ONCE,
    AT_THE_END,
    AT_RANDOM
  }

  private record Executor(int number, long asksAtNanos, Use use) {}

  /** Lets executors ask again and again, each when its last lease is used. */
  private static List<Sent> run(double perSecond, int executors, int wanted, Random random) {
    return run(perSecond, executors, wanted, random, null);
  }

  private static List<Sent> run(
      double perSecond, int executors, int wanted, Random random, Use useOfAll) {
    TokenBucket bucket = new TokenBucket(0);
    PriorityQueue<Executor> next =
        new PriorityQueue<>(Comparator.comparingLong(Executor::asksAtNanos));
    for (int i = 0; i < executors; i++) {
      Use use = useOfAll == null ? Use.values()[random.nextInt(3)] : useOfAll;
      next.add(new Executor(i, random.nextLong(SECOND), use));
    }
    List<Sent> sent = new ArrayList<>();
    while (true) {
      Executor executor = next.remove();
      long now = executor.asksAtNanos();
      if (now > PHASE) {
        sent.sort(Comparator.comparingLong(Sent::atNanos));
        return sent;
      }
      Lease lease = bucket.lease(now, perSecond, wanted);
      long late =
          switch (executor.use()) {
            case AT_ONCE -> 0;
            case AT_THE_END -> Lease.VALID_NANOS - 1;
            case AT_RANDOM -> random.nextLong(Lease.VALID_NANOS);
          };
      long at = now + lease.delayNanos() + late;
      sent.add(new Sent(at, lease.tokens()));
      // Somebody who has nothing to send for a while lets the bucket fill.
      long idle = executor.use() == Use.AT_RANDOM ? random.nextLong(SECOND) : 5_000_000;
      next.add(new Executor(executor.number(), at + idle, executor.use()));
    }
  }

  private static long mostInAnyWindow(List<Sent> sent) {
    long most = 0;
    long inWindow = 0;
    int first = 0;
    for (Sent last : sent) {
      inWindow += last.tokens();
      while (last.atNanos() - sent.get(first).atNanos() >= WINDOW) {
        inWindow -= sent.get(first++).tokens();
      }
      most = Math.max(most, inWindow);
    }
    return most;
  }

  @Property(tries = 150)
  void lease_anyRateAndExecutors_isAtMostElevenTenthsInTenSeconds(
      @ForAll @DoubleRange(min = 0, max = 9) double magnitude,
      @ForAll @IntRange(min = 1, max = 60) int executors,
      @ForAll @IntRange(min = 1, max = 1000) int wanted,
      @ForAll long seed) {
    double perSecond = Math.floor(Math.pow(10, magnitude));

    List<Sent> sent = run(perSecond, executors, wanted, new Random(seed));

    assertThat((double) mostInAnyWindow(sent)).isLessThanOrEqualTo(1.1 * 10 * perSecond);
  }

  @Property(tries = 100)
  void lease_moreWantedThanThereIs_isAtLeastNineTenths(
      @ForAll @IntRange(min = 1, max = 1000) int perSecond,
      @ForAll @IntRange(min = 1, max = 60) int executors,
      @ForAll long seed) {
    List<Sent> sent = run(perSecond, executors, 1000, new Random(seed), Use.AT_ONCE);

    double seconds = (PHASE - SECOND) / 1e9;
    long tokens =
        sent.stream()
            .filter(s -> s.atNanos() >= SECOND && s.atNanos() < PHASE)
            .mapToLong(Sent::tokens)
            .sum();
    assertThat(tokens / seconds).isBetween(0.9 * perSecond - 1, 1.1 * perSecond);
  }

  @Test
  void lease_severalAtOnce_followEachOther() {
    TokenBucket bucket = new TokenBucket(0);

    assertThat(bucket.lease(0, 100, 1000)).isEqualTo(new Lease(5, 0));
    assertThat(bucket.lease(0, 100, 2)).isEqualTo(new Lease(2, 50_000_000));
    assertThat(bucket.lease(0, 100, 0)).isEqualTo(new Lease(1, 70_000_000));
    assertThat(bucket.lease(40_000_000, 100, 1)).isEqualTo(new Lease(1, 40_000_000));
  }

  @Test
  void lease_afterRest_hasSavedTenthOfSecond() {
    TokenBucket bucket = new TokenBucket(0);
    long later = 60 * SECOND;

    for (int i = 0; i < 10; i++) {
      assertThat(bucket.lease(later, 100, 1).delayNanos()).isZero();
    }
    assertThat(bucket.lease(later, 100, 1).delayNanos()).isZero();
    assertThat(bucket.lease(later, 100, 1).delayNanos()).isEqualTo(10_000_000);
  }
}
