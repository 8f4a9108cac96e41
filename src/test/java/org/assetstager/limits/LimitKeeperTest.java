package org.assetstager.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.assetstager.limits.LeaseQuestion.Resource;
import org.junit.jupiter.api.Test;

class LimitKeeperTest {
  private static final long SECOND = 1_000_000_000;
  private static final long TICK = SECOND / 20;

  private long now;
  private final LimitKeeper keeper = new LimitKeeper(() -> now);

  private Lease ask(Resource resource, long limit, long wanted, long sent, long refused) {
    long[] message = new LeaseQuestion(resource, limit, wanted, sent, refused).toMessage();
    return Lease.ofMessage(keeper.answer(message));
  }

  @Test
  void answer_noLimit_isUnlimited() {
    assertThat(ask(Resource.REQUESTS, 0, 5, 0, 0).tokens()).isEqualTo(Lease.UNLIMITED);
    assertThat(ask(Resource.BYTES, 0, 5, 0, 0).tokens()).isEqualTo(Lease.UNLIMITED);
  }

  @Test
  void answer_bothLimited_doNotTakeFromEachOther() {
    assertThat(ask(Resource.REQUESTS, 100, 50, 0, 0)).isEqualTo(new Lease(5, 0));
    assertThat(ask(Resource.BYTES, 1000, 5000, 0, 0)).isEqualTo(new Lease(50, 0));
    assertThat(ask(Resource.REQUESTS, 100, 50, 0, 0)).isEqualTo(new Lease(5, SECOND / 20));
    assertThat(ask(Resource.BYTES, 1000, 5000, 0, 0)).isEqualTo(new Lease(50, SECOND / 20));
  }

  @Test
  void perSecond_tellsTheRateOfTheLastAnswer() {
    assertThat(keeper.perSecond(Resource.REQUESTS)).isInfinite();
    ask(Resource.BYTES, 1000, 5, 0, 0);
    ask(Resource.REQUESTS, 0, 5, 0, 0);
    assertThat(keeper.perSecond(Resource.BYTES)).isEqualTo(1000);
    assertThat(keeper.perSecond(Resource.REQUESTS)).isInfinite();

    now = SECOND;
    ask(Resource.REQUESTS, 0, 1000, 400, 200);
    assertThat(keeper.perSecond(Resource.REQUESTS)).isEqualTo(200);
  }

  @Test
  void answer_refused_slowsRequestsDownAndNotBytes() {
    now = SECOND;

    assertThat(ask(Resource.REQUESTS, 0, 1000, 400, 200).tokens()).isEqualTo(10);
    assertThat(ask(Resource.BYTES, 0, 5, 0, 0).tokens()).isEqualTo(Lease.UNLIMITED);
  }

  @Test
  void answer_refusedBelowTheLimit_isTheLesserRate() {
    now = SECOND;

    assertThat(ask(Resource.REQUESTS, 300, 1000, 400, 200).tokens()).isEqualTo(10);
    assertThat(ask(Resource.REQUESTS, 100, 1000, 0, 0).tokens()).isEqualTo(5);
  }

  /** A store that takes 500 requests a second, and executors that would send 4,000. */
  @Test
  void answer_storeOfFixedCapacity_isUsedWithFewRefusals() {
    int executors = 20;
    double perTick = 500.0 / 20;
    long[] freeAt = new long[executors];
    long[] leased = new long[executors];
    long[] sent = new long[executors];
    long[] refused = new long[executors];
    double acceptedLater = 0;
    double refusedLater = 0;
    for (int tick = 0; tick < 20 * 120; tick++) {
      now = tick * TICK;
      double room = perTick;
      for (int e = 0; e < executors; e++) {
        if (now < freeAt[e]) {
          continue;
        }
        long sends = Math.min(leased[e], 10);
        long accepted = Math.min(sends, (long) room);
        room -= accepted;
        sent[e] += sends;
        refused[e] += sends - accepted;
        if (tick > 20 * 40) {
          acceptedLater += accepted;
          refusedLater += sends - accepted;
        }
        Lease lease = ask(Resource.REQUESTS, 0, 10, sent[e], refused[e]);
        sent[e] = 0;
        refused[e] = 0;
        leased[e] = lease.tokens();
        freeAt[e] = now + lease.delayNanos();
      }
    }
    double seconds = 80;
    assertThat(acceptedLater / seconds).isBetween(0.75 * 500, 500.0);
    assertThat(refusedLater / (acceptedLater + refusedLater)).isLessThan(0.2);
  }

  @Test
  void answer_emptyMessage_isTheTime() {
    long before = System.currentTimeMillis();

    long[] answer = new LimitKeeper().answer(new long[0]);

    assertThat(answer).hasSize(1);
    assertThat(answer[0]).isBetween(before, System.currentTimeMillis());
  }
}
