package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.TOP;
import static org.assetstager.StageFixture.randomBytes;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody starts the job twice. */
@Tag("server")
@Tag("spark")
class StageTwoJobsTest {
  private static final int ROWS = 200;

  /** In both manifests, as all from 50 to 149. */
  private static final int PARTS = 80;

  private static final int SPLIT = 120;

  @TempDir private Path folder;

  /** Counted down when one of two commands has ended. */
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Starts two commands at the same moment and returns what they came to. */
  private List<Ran> together(String[] one, String[] other) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Ran>> running = new ArrayList<>();
      for (String[] arguments : List.of(one, other)) {
        Callable<Ran> run =
            () -> {
              start.await(60, TimeUnit.SECONDS);
              try {
                return StageFixture.command(arguments);
              } finally {
                ended.countDown();
              }
            };
        running.add(threads.submit(run));
      }
      List<Ran> ran = new ArrayList<>();
      for (Future<Ran> future : running) {
        ran.add(future.get());
      }
      return ran;
    } finally {
      threads.shutdown();
    }
  }

  private static String[] stage(Path config, String... more) {
    return Stream.concat(Stream.of("stage", "--config", config.toString()), Stream.of(more))
        .toArray(String[]::new);
  }

  /** Three sizes: one PUT, parts by one task, and parts by many, more than half of a run. */
  private static int size(int i) {
    return switch (i) {
      case PARTS -> 6 * MIB + i;
      case SPLIT -> 27 * MIB + i;
      default -> 500 + i;
    };
  }

  @Test
  void stage_overlappingManifestsTogether_storesEachContentOnceAndFailsNothing() throws Exception {
    StageFixture fixture =
        new StageFixture(folder).settings("upload.split-threshold = 8MiB", "upload.split = on");
    Map<String, String> expected = new HashMap<>();
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      byte[] content = randomBytes(size(i), i);
      rows.add(fixture.add(String.valueOf(i), content));
      expected.put(fixture.stagingKey(TOP, content), StageFixture.md5(content));
    }
    Path first =
        fixture.manifest(
            "1.jsonl", StageFixture.lines(rows.subList(0, 150).toArray(ObjectNode[]::new)));
    Path second =
        fixture.manifest(
            "2.jsonl", StageFixture.lines(rows.subList(50, ROWS).toArray(ObjectNode[]::new)));
    Map<String, AtomicInteger> accepted = new ConcurrentHashMap<>();
    FaultyS3.Fault counting =
        request -> {
          FaultyS3.Answer answer = request.forward();
          boolean writes =
              request.line().startsWith("POST ")
                  ? request.line().contains("uploadId=")
                  : isContent(request);
          if (writes && answer.status() == 200) {
            String key = request.line().replaceFirst("\\?.*", "");
            accepted.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
          }
          return answer;
        };
    try (FaultyS3 store = new FaultyS3(fixture.server, counting)) {
      Path config = fixture.endpoint(store.endpoint()).settingsPath();

      List<Ran> both =
          together(
              stage(config, "--keep-steps", "--manifest", first.toString()),
              stage(config, "--keep-steps", "--manifest", second.toString()));

      Map<String, Integer> staged = new HashMap<>();
      boolean split = false;
      for (Ran ran : both) {
        Finished run = fixture.finished(ran);
        assertThat(run.ran.exitCode()).isZero();
        assertThat(run.counts().keySet()).isSubsetOf(STAGED, KNOWN_STAGING);
        assertThat(run.ledger()).hasSize(150);
        split |= run.isSplit();
        for (LedgerRow row : run.ledger()) {
          staged.merge(row.path(), row.outcome() == STAGED ? 1 : 0, Integer::sum);
        }
      }
      assertThat(split).isTrue();
      assertThat(staged).hasSize(ROWS).allSatisfy((path, times) -> assertThat(times).isEqualTo(1));
      assertThat(fixture.server.md5s(EmbeddedS3.STAGING, fixture.stagingPrefix))
          .isEqualTo(expected);
      assertThat(accepted).hasSize(ROWS);
      assertThat(accepted.values()).as("stored once").allMatch(times -> times.get() == 1);
    }
  }

  /** Takes no content before one of the commands has ended, so that they do overlap. */
  private FaultyS3.Answer waiting(FaultyS3.Request request) {
    if (isContent(request)) {
      try {
        ended.await(25, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return request.forward();
  }

  private static boolean isContent(FaultyS3.Request request) {
    return request.line().startsWith("PUT ") && !request.line().contains("uploadId=");
  }

  @Test
  void stage_oneRunIdTogether_theSecondIsToldAndStops() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = fixture.manifest(fixture.add("a", "a"), fixture.add("b", "b"));
    try (FaultyS3 store = new FaultyS3(fixture.server, this::waiting)) {
      Path config = fixture.endpoint(store.endpoint()).settingsPath();
      String[] arguments = stage(config, "--manifest", manifest.toString(), "--run-id", "same");

      requireOneTold(fixture, together(arguments, arguments));
    }
  }

  @Test
  void resume_ofOneRunTogether_theSecondIsToldAndStops() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = fixture.manifest(fixture.add("a", "a"), fixture.add("b", "b"));
    AtomicBoolean refuses = new AtomicBoolean(true);
    FaultyS3.Fault fault =
        request ->
            refuses.get() && isContent(request)
                ? FaultyS3.Answer.error(403, "AccessDenied")
                : waiting(request);
    try (FaultyS3 store = new FaultyS3(fixture.server, fault)) {
      Path config = fixture.endpoint(store.endpoint()).settingsPath();
      Ran broken =
          StageFixture.command(
              stage(config, "--manifest", manifest.toString(), "--run-id", "same"));
      assertThat(broken.exitCode()).as(broken.err()).isEqualTo(1);
      refuses.set(false);
      String[] resume = stage(config, "--resume", "same");

      requireOneTold(fixture, together(resume, resume));
    }
  }

  private static void requireOneTold(StageFixture fixture, List<Ran> both) throws IOException {
    AtomicReference<Ran> done = new AtomicReference<>();
    AtomicReference<Ran> told = new AtomicReference<>();
    for (Ran ran : both) {
      (ran.exitCode() == 0 ? done : told).set(ran);
    }
    assertThat(done.get()).as(both.toString()).isNotNull();
    assertThat(told.get()).as(both.toString()).isNotNull();
    assertThat(told.get().exitCode()).isEqualTo(ExitCode.FAILED.value());
    assertThat(told.get().err())
        .containsAnyOf(
            "Another driver, process " + ProcessHandle.current().pid() + " on host ",
            "Another driver has started the run in ")
        .containsAnyOf("Wait for it or stop it", "Start the same command again");
    assertThat(told.get().out()).doesNotContain("run id  ");
    assertThat(fixture.finished(done.get()).counts()).isEqualTo(Map.of(STAGED, 2L));
  }
}
