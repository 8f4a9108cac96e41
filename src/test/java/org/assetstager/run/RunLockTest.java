package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;
import org.assetstager.run.RunLock.Holder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("process")
class RunLockTest {
  private static final Duration BEAT = Duration.ofMillis(100);

  @TempDir Path ledgers;
  private RunFolder folder;

  @BeforeEach
  void nameFolder() {
    folder = new RunFolder("file://" + ledgers, "r1", new Configuration());
    folder.create();
  }

  private RunLock take() {
    return RunLock.take(folder, BEAT);
  }

  private Holder holder() {
    return Objects.requireNonNull(RunLock.holder(folder));
  }

  private void leaveLock(String host, long pid) {
    leaveLock(host, new DriverProcess(null, pid, 0));
  }

  private void leaveLock(String host, DriverProcess process) {
    folder.writeJson("lock", new Holder(host, process, "another's", 3));
  }

  /** Writes a lock with growing beats, as another driver does, for as long as something is done. */
  private void whileBeating(String host, DriverProcess process, Runnable done) throws Exception {
    leaveLock(host, process);
    CountDownLatch stop = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              try {
                for (long beat = 4; !stop.await(50, TimeUnit.MILLISECONDS); beat++) {
                  folder.writeJson("lock", new Holder(host, process, "another's", beat));
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    other.start();
    try {
      done.run();
    } finally {
      stop.countDown();
      other.join();
    }
  }

  /** The pid of a process of this host that has ended. */
  private static long deadPid() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  @Test
  void take_free_namesTheHolder() throws Exception {
    try (RunLock lock = take()) {
      assertThat(lock).isNotNull();
      assertThat(holder().host()).isEqualTo(Host.name());
      assertThat(holder().process().pid()).isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void take_free_doesNotWait() {
    long start = System.nanoTime();

    RunLock.take(folder, Duration.ofMinutes(5)).close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  /**
   * Has many drivers ask for the lock of a folder at the same moment; one has it, and gives it
   * back.
   */
  static void requireGivenToOne(RunFolder folder) throws Exception {
    int drivers = 16;
    CyclicBarrier start = new CyclicBarrier(drivers);
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    List<RunLock> taken = new ArrayList<>();
    try {
      Callable<RunLock> take =
          () -> {
            start.await();
            return RunLock.take(folder, Duration.ofSeconds(1));
          };
      for (Future<RunLock> future : threads.invokeAll(Collections.nCopies(drivers, take))) {
        try {
          taken.add(future.get());
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(JobFailure.class).hasMessageContaining("Another driver");
        }
      }
      assertThat(taken).hasSize(1);
    } finally {
      taken.forEach(RunLock::close);
      threads.shutdown();
    }
    assertThat(folder.list(".")).isEmpty();
  }

  @Test
  void take_byManyAtOnce_isGivenToOne() throws Exception {
    requireGivenToOne(folder);
    assertThat(ledgers.resolve("run_id=r1")).isEmptyDirectory();
  }

  @Test
  void take_oneAfterAnother_isNeverHeldByTwo() throws Exception {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    int drivers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < drivers; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int turn = 0; turn < 5; turn++) {
                    try (RunLock lock = RunLock.take(folder, Duration.ofSeconds(1))) {
                      assertThat(lock).isNotNull();
                      most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                      holders.decrementAndGet();
                    } catch (JobFailure e) {
                      assertThat(e).hasMessageContaining("Another driver");
                    }
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(most).hasValue(1);
  }

  @Test
  void take_afterClose_isFreeAgain() {
    take().close();
    assertThat(folder.exists("lock")).isFalse();

    take().close();
    assertThat(folder.exists("lock")).isFalse();
  }

  /** What was done under the lock stays done. */
  @Test
  void close_folderCannotBeRead_throwsNothing() throws Exception {
    RunLock lock = take();
    Path run = ledgers.resolve("run_id=r1");
    Files.move(run, ledgers.resolve("gone"));
    Files.writeString(run, "no folder");

    lock.close();

    assertThat(run).isRegularFile();
  }

  @Test
  void take_heldByALiveProcessOfThisHost_isRefusedNamingHostAndProcess() throws Exception {
    try (RunLock first = take()) {
      assertThat(first).isNotNull();
      String token = holder().token();

      assertThatThrownBy(this::take)
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " on " + Host.name())
          .hasMessageContaining(folder.location())
          .hasMessageContaining("another run id");
      assertThat(holder().token()).isEqualTo(token);
    }
  }

  @Test
  void take_holderBeats_growsItsBeat() throws Exception {
    try (RunLock lock = take()) {
      assertThat(lock).isNotNull();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (holder().beat() < 2) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
  }

  @Test
  void take_leftByADeadProcessOfThisHost_isTakenOver() throws Exception {
    leaveLock(Host.name(), deadPid());

    try (RunLock lock = take()) {
      assertThat(lock).isNotNull();
      assertThat(holder().process().pid()).isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void take_leftByADeadProcessWhosePidAnotherHasNow_isTakenOver() throws Exception {
    // In containers every driver may have the same pid: this one's here.
    leaveLock(Host.name(), ProcessHandle.current().pid());

    try (RunLock lock = take()) {
      assertThat(lock).isNotNull();
      assertThat(holder().token()).isNotEqualTo("another's");
    }
  }

  @Test
  void take_leftByAnotherHost_isTakenOverWhenNobodyRewritesIt() {
    leaveLock("host elsewhere", 1);

    try (RunLock lock = take()) {
      assertThat(lock).isNotNull();
      assertThat(holder().host()).isNotEqualTo("host elsewhere");
    }
  }

  @Test
  void take_rewrittenByAnotherHost_isRefusedNamingIt() throws Exception {
    whileBeating(
        "host elsewhere",
        new DriverProcess(null, 4711, 0),
        () ->
            assertThatThrownBy(this::take)
                .isInstanceOf(JobFailure.class)
                .hasMessageContaining("process 4711 on host elsewhere"));
    assertThat(holder().token()).isEqualTo("another's");
  }

  /** Where another process's number says nothing about a process here. */
  static Stream<String> otherSpaces() {
    String own = Objects.requireNonNull(DriverProcess.ofThisJvm().space());
    String[] parts = own.split(" ", -1);
    return Stream.of(
        own.replace(parts[0], "0d4a1185-4d1b-4e1c-b6c4-6a2a5a9e0c11"),
        own.replace(parts[1], "pid:[4026531999]"),
        own.replace(parts[3], "uid:12345"),
        null);
  }

  @ParameterizedTest
  @MethodSource("otherSpaces")
  void take_heldInAnotherContainerOfTheSameHostName_isRefused(String space) throws Exception {
    DriverProcess other = new DriverProcess(space, deadPid(), 17);

    whileBeating(
        Host.name(),
        other,
        () ->
            assertThatThrownBy(this::take)
                .isInstanceOf(JobFailure.class)
                .hasMessageContaining("process " + other.pid() + " on host "));
    assertThat(holder().token()).isEqualTo("another's");
  }

  @Test
  void take_leftByAProcessOfThisMachineThatHasEnded_isTakenAtOnce() throws Exception {
    requireTakenAtOnce(new DriverProcess(DriverProcess.ofThisJvm().space(), deadPid(), 17));
  }

  @Test
  void take_leftByAProcessWhoseNumberAnotherHasNow_isTakenAtOnce() throws Exception {
    DriverProcess own = DriverProcess.ofThisJvm();
    assertThat(own.startedAtTicks()).isPositive();

    requireTakenAtOnce(new DriverProcess(own.space(), own.pid(), own.startedAtTicks() - 1));
  }

  private void requireTakenAtOnce(DriverProcess ended) throws Exception {
    leaveLock(Host.name(), ended);
    long start = System.nanoTime();

    RunLock.take(folder, Duration.ofSeconds(10)).close();

    // A beat of another driver isn't waited for; that two drivers take it over is.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  /** Side by side, in a folder each: they wait long to see that nobody rewrites it. */
  @Test
  void take_leftEmptyOrDamagedByAPowerFailure_isTakenOver() throws Exception {
    List<String> texts = List.of("", "\0\0\0\0\0\0\0\0", "{\"host\": \"he", "{}", "null", "[1]");
    ExecutorService threads = Executors.newFixedThreadPool(texts.size());
    List<Future<?>> taken = new ArrayList<>();
    try {
      for (String text : texts) {
        String name = "damaged" + taken.size();
        taken.add(threads.submit(() -> requireTakenOver(name, text)));
      }
      for (Future<?> one : taken) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private void requireTakenOver(String name, String text) {
    RunFolder damaged = new RunFolder("file://" + ledgers, name, new Configuration());
    damaged.create();
    damaged.writeText("lock", text);

    try (RunLock lock = RunLock.take(damaged, BEAT)) {
      assertThat(lock).as(text).isNotNull();
      assertThat(RunLock.holder(damaged).process()).as(text).isEqualTo(DriverProcess.ofThisJvm());
    }
    assertThat(damaged.exists("lock")).as(text).isFalse();
  }

  @Test
  void take_givenBackWhileItIsWaitedFor_isTaken() throws Exception {
    leaveLock("host elsewhere", 1);
    Thread other =
        new Thread(
            () -> {
              try {
                Thread.sleep(2 * BEAT.toMillis());
                folder.delete("lock");
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    other.start();

    try (RunLock lock = take()) {
      assertThat(lock).isNotNull();
      assertThat(holder().process()).isEqualTo(DriverProcess.ofThisJvm());
    }
    other.join();
  }

  @Test
  void take_staleAndTakenOverByTwoAtOnce_isGivenToTheLast() throws Exception {
    leaveLock("host elsewhere", 1);
    AtomicReference<Throwable> refused = new AtomicReference<>();
    Thread first =
        new Thread(
            () -> {
              try {
                RunLock.take(folder, Duration.ofSeconds(1)).close();
              } catch (JobFailure e) {
                refused.set(e);
              }
            });
    first.start();
    // It has found the lock stale, and has written its own: another driver, that found the same,
    // does so now.
    while (holder().token().equals("another's")) {
      assertThat(first.isAlive()).isTrue();
    }
    leaveLock("host of the last", 2);
    first.join();

    assertThat(refused.get())
        .isInstanceOf(RunLock.HeldException.class)
        .hasMessageContaining("on host of the last");
    assertThat(holder().host()).isEqualTo("host of the last");
  }

  @Test
  void take_lockThatAnotherTookOver_isNotRewrittenByTheFirst() throws Exception {
    try (RunLock lock = take()) {
      assertThat(lock).isNotNull();
      leaveLock("host elsewhere", 1);

      for (int beats = 0; beats < 5; beats++) {
        Thread.sleep(BEAT.toMillis());
        assertThat(holder().token()).isEqualTo("another's");
      }
    }
    assertThat(holder().host()).isEqualTo("host elsewhere");
  }

  @Test
  void close_lockThatAnotherTookOver_leavesTheOthers() {
    RunLock lock = take();
    leaveLock("host elsewhere", 1);

    lock.close();

    assertThat(holder().host()).isEqualTo("host elsewhere");
  }
}
