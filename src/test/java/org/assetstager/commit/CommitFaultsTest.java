package org.assetstager.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.testing.WrittenLedger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commits while others write, and with a store that fails. */
@Tag("server")
@Tag("spark")
class CommitFaultsTest {
  private final byte[] large = CommitFixture.randomBytes((10 << 20) + 101, 1);
  private @TempDir Path folder;
  private CommitFixture fixture;
  private EmbeddedS3 server;

  @BeforeEach
  void stageAnAsset() {
    fixture = new CommitFixture(folder).add("a", "first").add("large", large);
    server = fixture.server;
    fixture.stage(CommitFixture.RUN_ID);
  }

  private FaultyS3 store(FaultyS3.Fault fault) throws IOException {
    return new FaultyS3(server.serverEndpoint(), fault);
  }

  private static boolean isCopy(FaultyS3.Request request) {
    return request.header("x-amz-copy-source") != null;
  }

  private static boolean isOfLarge(FaultyS3.Request request) {
    return request.line().contains("uploadId=");
  }

  private static boolean isCompletion(FaultyS3.Request request) {
    return request.line().startsWith("POST") && isOfLarge(request);
  }

  private void requireAllCommitted() {
    assertThat(server.md5s(EmbeddedS3.REMOTE, fixture.prefix))
        .isEqualTo(fixture.asset.staged(fixture.prefix));
    assertThat(server.openMultipartUploads(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
  }

  @Test
  void copy_always_namesTheProvedEtagAndItsCondition() throws IOException {
    AtomicInteger copies = new AtomicInteger();
    FaultyS3.Fault look =
        request -> {
          if (isCopy(request)) {
            copies.incrementAndGet();
            assertThat(request.header("x-amz-copy-source-if-match"))
                .isEqualTo(
                    fixture.etag(
                        EmbeddedS3.STAGING, fixture.key(isOfLarge(request) ? "large" : "a")));
            assertThat(request.header("If-None-Match")).isEqualTo(isOfLarge(request) ? null : "*");
          }
          if (isCompletion(request)) {
            assertThat(request.header("If-None-Match")).isEqualTo("*");
          }
          return request.forward();
        };
    try (FaultyS3 store = store(look)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()));

      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(copies).hasValue(4);
    }
  }

  @Test
  void stagingObject_replacedBetweenProofAndCopy_neverReachesTheRemote() throws IOException {
    byte[] other = large.clone();
    other[5]++;
    AtomicInteger replaced = new AtomicInteger();
    FaultyS3.Fault replacer =
        request -> {
          if (isCopy(request) && !isOfLarge(request)) {
            server.put(EmbeddedS3.STAGING, fixture.key("a"), "other".getBytes(UTF_8));
          }
          if (isCopy(request) && isOfLarge(request) && replaced.getAndIncrement() == 0) {
            server.putMultipart(EmbeddedS3.STAGING, fixture.key("large"), other, 5 << 20, Map.of());
          }
          return request.forward();
        };
    try (FaultyS3 store = store(replacer)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()));

      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(3);
      assertThat(server.keys(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
      assertThat(server.openMultipartUploads(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
      assertThat(fixture.row("a").outcome()).isEqualTo(CommitOutcome.REFUSED);
      assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.REFUSED);
    }
  }

  @Test
  void stagingObject_archived_failsAloneAndTheOthersAreCommitted() throws IOException {
    FaultyS3.Fault archive =
        request ->
            isCopy(request) && URLDecoder.decode(request.line(), UTF_8).contains(fixture.key("a"))
                ? Answer.error(403, "InvalidObjectState")
                : request.forward();
    try (FaultyS3 store = store(archive)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()));

      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(4);
      assertThat(fixture.row("a").outcome()).isEqualTo(CommitOutcome.FAILED);
      assertThat(fixture.row("a").error()).contains("InvalidObjectState");
      assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.COMMITTED);
    }
  }

  @Test
  void remote_writtenByAnotherBetweenLookAndCopy_isLeftAndToldAsAConflict() throws IOException {
    // As a store with If-None-Match on CopyObject, which the embedded one passes over.
    FaultyS3.Fault writer =
        request -> {
          if (isCopy(request) && !isOfLarge(request)) {
            server.put(EmbeddedS3.REMOTE, fixture.key("a"), "theirs".getBytes(UTF_8));
            return Answer.error(412, "PreconditionFailed");
          }
          if (isCompletion(request)) {
            server.put(EmbeddedS3.REMOTE, fixture.key("large"), "theirs".getBytes(UTF_8));
          }
          return request.forward();
        };
    try (FaultyS3 store = store(writer)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()));

      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(3);
      assertThat(fixture.row("a").outcome()).isEqualTo(CommitOutcome.CONFLICT);
      assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.CONFLICT);
      assertThat(server.objects(EmbeddedS3.REMOTE, fixture.prefix).values())
          .containsOnly("theirs".getBytes(UTF_8));
      assertThat(server.openMultipartUploads(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
    }
  }

  static Stream<FaultyS3.Fault> faults() {
    // By request, since a count of all could give each attempt of one of them the odd turn.
    Set<String> lost = ConcurrentHashMap.newKeySet();
    Set<String> slow = ConcurrentHashMap.newKeySet();
    return Stream.of(
        // The first answer is lost after the store has done what it tells of. What a lost answer
        // to the opening of an upload leaves is the bucket's lifecycle rule's.
        request -> {
          Answer answer = request.forward();
          boolean copies = isCopy(request) || isCompletion(request);
          return copies && lost.add(request.line()) ? Answer.NONE : answer;
        },
        // Too much to do at first.
        request ->
            isCopy(request) && slow.add(request.line())
                ? Answer.error(503, "SlowDown")
                : request.forward(),
        // No ETag in the answers, as of some stores.
        request ->
            isCopy(request) && isOfLarge(request)
                ? request.forward()
                : isCopy(request) || request.line().startsWith("POST")
                    ? request.forward().withBody(text -> text.replaceAll("<ETag>[^<]*</ETag>", ""))
                    : request.forward());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void store_losesAnswersOrIsBusyOrSaysLittle_allIsCommittedInTheEnd(FaultyS3.Fault fault)
      throws IOException {
    try (FaultyS3 store = store(fault)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()), "--set", "s3.max-attempts=4");

      assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
      requireAllCommitted();
    }
  }

  @Test
  void copy_thatTheStoreFails_isFailedAndTheNextCommitMakesUpForIt() throws IOException {
    FaultyS3.Fault broken =
        request -> isCopy(request) ? Answer.error(400, "InvalidRequest") : request.forward();
    try (FaultyS3 store = store(broken)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()));

      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(4);
      assertThat(fixture.row("a").outcome()).isEqualTo(CommitOutcome.FAILED);
      assertThat(fixture.row("a").state()).isEqualTo("committing");
      assertThat(fixture.row("large").error()).contains("COPY_PART").contains("InvalidRequest");
      assertThat(server.openMultipartUploads(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
    }

    assertThat(fixture.commit().exitCode()).isZero();
    requireAllCommitted();
  }

  @Test
  void copy_thatHasOtherBytes_isFailedAndLeftForAPerson() throws IOException {
    // A store that copies something else.
    FaultyS3.Fault wrong =
        request -> {
          Answer answer = request.forward();
          if (isCopy(request) && !isOfLarge(request)) {
            server.put(EmbeddedS3.REMOTE, fixture.key("a"), "wrong".getBytes(UTF_8));
            return answer.withBody(text -> text.replaceAll("<ETag>[^<]*</ETag>", ""));
          }
          return answer;
        };
    try (FaultyS3 store = store(wrong)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()), "--remove-staged");

      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(4);
      assertThat(fixture.row("a").outcome()).isEqualTo(CommitOutcome.FAILED);
      assertThat(fixture.row("a").error()).contains("commit left them alone");
      assertThat(server.get(EmbeddedS3.REMOTE, fixture.key("a")))
          .isEqualTo("wrong".getBytes(UTF_8));
      assertThat(server.keys(EmbeddedS3.STAGING, fixture.prefix)).containsExactly(fixture.key("a"));
    }
  }

  @Test
  void store_refusesInTheMiddle_exits1AndResumeCopiesOnlyTheMissingParts() throws IOException {
    AtomicInteger parts = new AtomicInteger();
    AtomicBoolean refuses = new AtomicBoolean(true);
    // So that the other parts are there when it refuses.
    CountDownLatch others = new CountDownLatch(2);
    FaultyS3.Fault refusesTheSecondPart =
        request -> {
          if (!isCopy(request) || !isOfLarge(request)) {
            return request.forward();
          }
          if (!refuses.get()) {
            parts.incrementAndGet();
            return request.forward();
          }
          if (request.line().contains("partNumber=2&") || request.line().endsWith("partNumber=2")) {
            await(others);
            return Answer.error(403, "AccessDenied");
          }
          Answer answer = request.forward();
          others.countDown();
          return answer;
        };
    try (FaultyS3 store = store(refusesTheSecondPart)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()));

      assertThat(ran.exitCode()).as(ran.out()).isEqualTo(1);
      assertThat(ran.err()).contains("Set commit.credentials to the asset server's key");
      try (FaultyS3 other = store(FaultyS3.Request::forward)) {
        Ran elsewhere = fixture.commitWith(fixture.config(other.endpoint()), "--resume");
        assertThat(elsewhere.exitCode()).isEqualTo(2);
        assertThat(elsewhere.err()).contains("was started with remote.endpoint = ");
      }

      refuses.set(false);
      Ran resumed = fixture.commitWith(fixture.config(store.endpoint()), "--resume");

      assertThat(resumed.exitCode()).as(resumed.out() + resumed.err()).isZero();
      assertThat(parts).hasValue(1);
      requireAllCommitted();
      assertThat(fixture.commits()).hasSize(1);
      assertThat(fixture.ledger(fixture.lastCommit()))
          .extracting(CommittedContent::outcome)
          .containsOnly(CommitOutcome.COMMITTED);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void twoCommits_atOnce_bothEndWell() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    FaultyS3.Fault meet =
        request -> {
          boolean writes = isCopy(request) && !isOfLarge(request);
          if (writes || (request.line().startsWith("POST") && request.line().contains("uploads"))) {
            try {
              together.await(5, TimeUnit.SECONDS);
            } catch (Exception e) {
              // One of them has found the content in the remote.
              together.reset();
            }
          }
          return request.forward();
        };
    try (FaultyS3 store = store(meet)) {
      String config = fixture.config(store.endpoint());
      // Not in the common pool, which may have one thread: reading Parquet needs it on JDK 25.
      FutureTask<Ran> other = new FutureTask<>(() -> fixture.commitWith(config));
      new Thread(other).start();
      Ran one = fixture.commitWith(config);

      for (Ran ran : List.of(one, other.get(3, TimeUnit.MINUTES))) {
        assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
      }
      assertThat(fixture.commits()).hasSize(2);
      requireAllCommitted();
    }
  }

  @Test
  void ledger_alteredBetweenCountAndPlan_stopsBeforeAnythingIsCopied() throws IOException {
    Runnable alter =
        fixture.altered(
            row ->
                "a".equals(row.path())
                    ? WrittenLedger.with(row, "outcome", Outcome.NOT_ADDED.name())
                    : row);
    AtomicBoolean altered = new AtomicBoolean();
    FaultyS3.Fault whileListed =
        request -> {
          if (request.line().contains("list-type=2")
              && !fixture.commits().isEmpty()
              && !altered.getAndSet(true)) {
            alter.run();
          }
          return request.forward();
        };
    try (FaultyS3 store = store(whileListed)) {
      Ran ran = fixture.commitWith(fixture.config(store.endpoint()));

      assertThat(altered).isTrue();
      assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(1);
      assertThat(ran.err())
          .contains("Of 2 rows of the run's ledger that claim a content, 1 were planned");
      assertThat(server.keys(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
    }
  }
}
