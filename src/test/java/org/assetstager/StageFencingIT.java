package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.HdfsServer;
import org.assetstager.testing.HeldRequests;
import org.assetstager.testing.ParquetFiles;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.SubmittedJob;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drivers that are suspended in a step, as a computer that sleeps or a file server that hangs
 * suspends them, while another one, with other cores, brings their run to its end.
 */
class StageFencingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final String LEDGERS = "fencing-ledgers";

  /** Of each kind: with an MD5 in their rows, without one, and gone. */
  private static final int FILES = 150;

  private static final int CONTENTS = 20;

  /** Other than in this JVM's session, which has two. */
  private static final int CORES = 3;

  /** In their order. */
  private static final List<String> STEPS =
      List.of("scan", "renames", "digest", "list", "plan", "transfer");

  /** A short step may be over before the signal arrives. */
  private static final int TRIES = 10;

  @TempDir private Path folder;

  /** A run with a driver that is suspended in a step. */
  private static final class Suspended implements AutoCloseable {
    private final String step;
    private final Path run;
    private final Path told;
    private final String config;
    private final SubmittedJob driver;

    private Suspended(String step, Path place) throws Exception {
      this.step = step;
      SubmittedAsset asset = new SubmittedAsset(Files.createDirectories(place));
      for (int i = 0; i < FILES; i++) {
        asset.add("file " + i, ("content " + i).getBytes(UTF_8));
        asset.addWithMd5("known file " + i, ("known content " + i).getBytes(UTF_8));
        asset.add("gone " + i, ("gone content " + i).getBytes(UTF_8)).delete("gone " + i);
      }
      told = place.resolve("told");
      config =
          asset.config(
              SERVER,
              EmbeddedS3.uniquePrefix(),
              SERVER.endpoint(),
              asset.ledgerPath(),
              onFinish(told));
      run = place.resolve("ledger/run_id=r");
      driver =
          submit()
              .cores(CORES)
              .start(
                  "stage", "--manifest", asset.manifestFile(), "--config", config, "--run-id", "r");
      while (!isBegun()) {
        assertThat(driver.process().isAlive()).as("%s", driver).isTrue();
        LockSupport.parkNanos(200_000);
      }
      signal("STOP", driver);
    }

    /** Starts runs until the driver of one is suspended while its step is under way. */
    static Suspended in(String step, Path place) throws Exception {
      for (int i = 0; i < TRIES; i++) {
        Suspended suspended = new Suspended(step, place.resolve(step + "-" + i));
        if (!Files.exists(suspended.commitOf(step))) {
          return suspended;
        }
        suspended.close();
      }
      throw new AssertionError("The step " + step + " was over each time");
    }

    /** A step whose files come at its very end is begun when the one before it is over. */
    private boolean isBegun() {
      int index = STEPS.indexOf(step);
      return switch (step) {
        case "scan", "digest", "transfer" -> Files.exists(run.resolve("steps").resolve(step));
        default -> Files.exists(commitOf(STEPS.get(index - 1)));
      };
    }

    private Path commitOf(String name) {
      return run.resolve("steps/" + name + ".json");
    }

    /** Brings the run to its end in this JVM and returns the report. */
    String overtake() throws IOException {
      Commands.Ran ran = Commands.run("stage", "--config", config, "--resume", "r");
      assertThat(ran.exitCode()).as("%s", ran).isEqualTo(ExitCode.NEEDS_PERSON.value());
      return Files.readString(run.resolve("report.json"));
    }

    void requireWholeLedgerOf(String report) throws IOException {
      assertThat(positions(run)).as(step).doesNotHaveDuplicates().hasSize(3 * FILES);
      assertThat(Files.readString(run.resolve("report.json"))).as(step).isEqualTo(report);
      assertThat(Files.readAllLines(told))
          .as(step)
          .containsExactly("" + ExitCode.NEEDS_PERSON.value());
    }

    @Override
    public void close() {
      driver.close();
    }
  }

  @Test
  void stage_driverSuspendedInAnyStep_isOvertakenAndEachRowIsInTheLedgerOnce() throws Exception {
    List<Suspended> all = new ArrayList<>();
    TestSpark.session(); // Before threads race for it.
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<String>> overtaking = new ArrayList<>();
      for (String step : STEPS) {
        all.add(Suspended.in(step, folder));
      }
      // They wait together until the locks are stale.
      for (Suspended suspended : all) {
        overtaking.add(threads.submit(suspended::overtake));
      }
      List<String> reports = new ArrayList<>();
      for (Future<String> report : overtaking) {
        reports.add(report.get(4, TimeUnit.MINUTES));
      }
      for (int i = 0; i < all.size(); i++) {
        all.get(i).requireWholeLedgerOf(reports.get(i));
      }
      for (Suspended suspended : all) {
        signal("CONT", suspended.driver);
      }
      // One of them doesn't even get to know it.
      all.get(2).driver.process().destroyForcibly();
      for (int i = 0; i < all.size(); i++) {
        Suspended woken = all.get(i);
        if (i != 2) {
          assertThat(woken.driver.exitCode()).as("%s", woken.driver).isEqualTo(1);
          assertThat(woken.driver.err())
              .contains("asset-stager: Another driver has taken over the run in ")
              .doesNotContain("\tat ");
        } else {
          assertThat(woken.driver.exitCode()).isEqualTo(128 + 9);
        }
        woken.requireWholeLedgerOf(reports.get(i));
      }
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      all.forEach(Suspended::close);
    }
  }

  @Test
  void stage_twoDriversTakeEachOtherForDeadAtTheStart_eachRowIsInTheLedgerOnce() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder);
    for (int i = 0; i < FILES; i++) {
      asset.add("file " + i, ("content " + i).getBytes(UTF_8));
      asset.addWithMd5("known file " + i, ("known content " + i).getBytes(UTF_8));
    }
    Path told = folder.resolve("told");
    String prefix = EmbeddedS3.uniquePrefix();
    String config =
        asset.config(SERVER, prefix, SERVER.endpoint(), asset.ledgerPath(), onFinish(told));
    String[] same = {
      "stage", "--manifest", asset.manifestFile(), "--config", config, "--run-id", "r"
    };
    Path run = folder.resolve("ledger/run_id=r");
    try (SubmittedJob first = submit().start(same)) {
      while (!Files.exists(run.resolve("run.json"))) {
        assertThat(first.process().isAlive()).as("%s", first).isTrue();
        LockSupport.parkNanos(200_000);
      }
      signal("STOP", first);
      String lockOfFirst = tokenOfLock(run);
      try (SubmittedJob second = submit().cores(1).start(same)) {
        awaitLockBySomebodyElse(run, lockOfFirst, second);
        signal("STOP", second);
        assertThat(run.resolve("steps/scan.json")).doesNotExist();
        signal("CONT", first);
        signal("CONT", second);
        // Whichever ends the run, the other is overtaken, or finds it done.
        assertThat(List.of(first.exitCode(), second.exitCode()))
            .as("%s%s", first, second)
            .contains(ExitCode.DONE.value())
            .isSubsetOf(ExitCode.DONE.value(), ExitCode.FAILED.value());
        for (SubmittedJob driver : List.of(first, second)) {
          if (driver.exitCode() == ExitCode.FAILED.value()) {
            assertThat(driver.err())
                .contains("asset-stager: Another driver has taken over the run in ")
                .doesNotContain("\tat ");
          }
        }
      }
    }
    assertThat(positions(run)).doesNotHaveDuplicates().hasSize(2 * FILES);
    assertThat(JSON.readTree(Files.readString(run.resolve("report.json"))).get("exit_code").asInt())
        .isEqualTo(ExitCode.DONE.value());
    assertThat(Files.readAllLines(told)).containsExactly("" + ExitCode.DONE.value());
    assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
  }

  private static void awaitLockBySomebodyElse(Path run, String token, SubmittedJob driver) {
    for (String now = ""; now.isEmpty() || now.equals(token); now = tokenOfLock(run)) {
      assertThat(driver.process().isAlive()).as("%s", driver).isTrue();
      LockSupport.parkNanos(200_000);
    }
  }

  /** Returns an empty text where there is no lock, or one that is being written. */
  private static String tokenOfLock(Path run) {
    try {
      return JSON.readTree(Files.readString(run.resolve("lock"))).path("token").asText();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void stage_executorsOutliveTheirSuspendedDriver_eachRowIsInTheLedgerOnce() throws Exception {
    SERVER.serverClient().createBucket(b -> b.bucket(LEDGERS));
    executorsOutliveTheirSuspendedDriver(
        "s3a://" + LEDGERS + "/" + EmbeddedS3.uniquePrefix() + "ledger");
  }

  @Test
  void stage_executorsOutliveTheirSuspendedDriverOnHdfs_eachRowIsInTheLedgerOnce()
      throws Exception {
    try (HdfsServer hdfs = HdfsServer.start(Files.createDirectory(folder.resolve("hdfs")))) {
      executorsOutliveTheirSuspendedDriver(hdfs.url() + "/ledgers");
    }
  }

  private void executorsOutliveTheirSuspendedDriver(String ledger) throws Exception {
    String prefix = EmbeddedS3.uniquePrefix();
    SubmittedAsset asset = new SubmittedAsset(folder);
    for (int i = 0; i < CONTENTS; i++) {
      byte[] bytes = StageFixture.randomBytes(10_000 + i, i);
      asset.addWithMd5("file " + i, bytes).add("equal to file " + i, bytes);
    }
    Path told = folder.resolve("told");
    // What the first driver's executors send is held, and goes on when the other's do the same.
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    FaultyS3.Fault holding =
        request -> {
          if (HeldRequests.sendsBytes(request) && sent.incrementAndGet() > CONTENTS / 2) {
            held.countDown();
            await(open);
          }
          return request.forward();
        };
    try (FaultyS3 proxy = new FaultyS3(SERVER, holding)) {
      String config = asset.config(SERVER, prefix, proxy.endpoint(), ledger, onFinish(told));
      String manifest = asset.manifestFile();
      // The driver's JVM has the cluster's master too: it forgets its workers if it sleeps for
      // long.
      SubmittedJob.Builder cluster =
          submit()
              .onLocalCluster(2)
              .s3a(SERVER)
              .conf("spark.worker.timeout", "600")
              .conf("spark.network.timeout", "600s");
      try (SubmittedJob first =
          cluster.start("stage", "--manifest", manifest, "--config", config, "--run-id", "r")) {
        assertThat(await(held)).as("%s", first).isTrue();
        signal("STOP", first);
        try (SubmittedJob other =
            submit().s3a(SERVER).cores(1).start("stage", "--config", config, "--resume", "r")) {
          while (!other.err().contains("transfer  ")) {
            assertThat(other.process().isAlive()).as("%s", other).isTrue();
            LockSupport.parkNanos(50_000_000);
          }
          open.countDown();
          assertThat(other.exitCode()).as("%s", other).isEqualTo(ExitCode.DONE.value());
        }
        List<String> rows = rows(ledger);
        assertThat(rows)
            .hasSize(2 * CONTENTS)
            .extracting(row -> row.replaceFirst(" .*", ""))
            .doesNotHaveDuplicates();
        signal("CONT", first);
        assertThat(first.exitCode()).as("%s", first).isEqualTo(ExitCode.FAILED.value());
        assertThat(first.err())
            .contains("asset-stager: Another driver has taken over the run in ")
            .doesNotContain("\tat ");
        assertThat(rows(ledger)).isEqualTo(rows);
      }
    }
    assertThat(Files.readAllLines(told)).containsExactly("" + ExitCode.DONE.value());
    assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(4, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<Long> positions(Path run) {
    return StageFixture.readLedger(run).stream().map(LedgerRow::manifestPosition).toList();
  }

  /** Returns the position of each row with its outcome. */
  private static List<String> rows(String ledger) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.s3a.endpoint", SERVER.endpoint());
    hadoop.set("fs.s3a.endpoint.region", "us-east-1");
    hadoop.set("fs.s3a.path.style.access", "true");
    hadoop.set("fs.s3a.access.key", SERVER.serverKey());
    hadoop.set("fs.s3a.secret.key", SERVER.serverSecret());
    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(ledger, "run_id=r/ledger");
    return ParquetFiles.read(folder, hadoop, LedgerRow.CODEC.schema()).stream()
        .map(LedgerRow.CODEC::fromRow)
        .map(row -> row.manifestPosition() + " " + row.outcome())
        .toList();
  }

  private static String onFinish(Path told) {
    return "on-finish.command = [bash, -c, \"echo $ASSET_STAGER_EXIT_CODE >>'" + told + "'\"]";
  }

  private static void signal(String name, SubmittedJob job) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + job.process().pid()).start();
    assertThat(kill.waitFor()).isZero();
  }
}
