package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.upload.UploadFixture.MIB;
import static org.assetstager.upload.UploadFixture.random;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.settings.UploadSettings;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.testing.FaultyS3.Arrival;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads under limits, which the executor of a local Spark asks its driver for. */
@Tag("server")
@Tag("spark")
class LimitedUploadTest {
  private static final int FILES_AT_ONCE = 8;
  private static final long SECOND = 1_000_000_000;

  private UploadFixture fixture;

  @BeforeEach
  void startSpark(@TempDir Path folder) {
    TestSpark.session();
    fixture = new UploadFixture(folder);
  }

  @AfterEach
  void noUploadStaysOpen() {
    assertThat(fixture.openUploads()).isEmpty();
  }

  private static UploadSettings limits(Long bandwidth, Integer requests) {
    UploadSettings usual = UploadFixture.LIMITS;
    return new UploadSettings(
        usual.partSizeBytes(),
        usual.multipartThresholdBytes(),
        usual.splitThresholdBytes(),
        usual.splitsInOneJvm(),
        bandwidth,
        requests);
  }

  private List<PlannedUpload> files(int count, int bytes) throws IOException {
    List<PlannedUpload> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fixture.write("file" + i, random(bytes, i));
      files.add(fixture.plan("file" + i));
    }
    return files;
  }

  /** Uploads all, several at a time. */
  private List<UploadResult> upload(List<PlannedUpload> files)
      throws InterruptedException, ExecutionException {
    ContentUploader uploader = fixture.uploader();
    ExecutorService threads = Executors.newFixedThreadPool(FILES_AT_ONCE);
    try {
      List<Future<UploadResult>> running = new ArrayList<>();
      for (PlannedUpload file : files) {
        running.add(threads.submit(() -> uploader.upload(file)));
      }
      List<UploadResult> results = new ArrayList<>();
      for (Future<UploadResult> future : running) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private void assertAllStaged(List<PlannedUpload> files, List<UploadResult> results) {
    assertThat(results)
        .extracting(result -> result.content().outcome())
        .containsOnly(Outcome.STAGED);
    Map<String, String> expected = new HashMap<>();
    files.forEach(file -> expected.put(fixture.key(file), file.md5()));
    assertThat(fixture.staged()).isEqualTo(expected);
  }

  private static void assertHolds(
      long perSecond, List<Arrival> arrivals, ToLongFunction<Arrival> amount) {
    assertThat(FaultyS3.mostIn(10 * SECOND, arrivals, amount)).isLessThanOrEqualTo(11 * perSecond);
    // Somewhere in the run all threads had something to send for five seconds.
    assertThat(FaultyS3.mostIn(5 * SECOND, arrivals, amount))
        .isGreaterThanOrEqualTo(perSecond * 9 / 2);
    assertThat(arrivals.get(arrivals.size() - 1).atNanos() - arrivals.get(0).atNanos())
        .isGreaterThan(9 * SECOND);
  }

  @Test
  void upload_bandwidthLimited_isShapedInsideOfBodiesToo() throws Exception {
    long limit = 4 * MIB;
    // In parts of 5 MiB, 48 MiB together: 12 seconds.
    List<PlannedUpload> files = files(4, 12 * MIB);

    try (FaultyS3 proxy = new FaultyS3(fixture.server, FaultyS3.Request::forward)) {
      fixture.endpoint(proxy.endpoint()).limits(limits(limit, null));
      assertAllStaged(files, upload(files));

      assertHolds(limit, proxy.arrivals(), Arrival::bytes);
    }
  }

  @Test
  void upload_requestsLimited_countsEveryAttempt() throws Exception {
    int limit = 20;
    List<PlannedUpload> files = files(200, 100);
    AtomicInteger count = new AtomicInteger();

    // Each tenth attempt is lost on the network: it counts, and the SDK sends it again.
    try (FaultyS3 proxy =
        new FaultyS3(
            fixture.server,
            request ->
                count.incrementAndGet() % 10 == 0
                    ? Answer.error(400, "RequestTimeout")
                    : request.forward())) {
      fixture.endpoint(proxy.endpoint()).limits(limits(null, limit));
      assertAllStaged(files, upload(files));

      assertThat(count.get()).isGreaterThan(files.size());
      assertHolds(limit, proxy.arrivals(), Arrival::requests);
    }
  }

  @Test
  void upload_fifthOfAnswersIsSlowDown_stagesAll() throws Exception {
    List<PlannedUpload> files = files(60, 1000);
    fixture.write("large", random(12 * MIB, 99));
    files.add(fixture.plan("large"));

    try (FaultyS3 proxy =
        new FaultyS3(
            fixture.server,
            request ->
                ThreadLocalRandom.current().nextInt(5) == 0
                    ? Answer.error(503, "SlowDown")
                    : request.forward())) {
      fixture.endpoint(proxy.endpoint());
      assertAllStaged(files, upload(files));
    }
  }

  @Test
  void upload_retriesUsedUpBySlowDown_isTriedAgainLater() throws Exception {
    List<PlannedUpload> files = files(1, 1000);
    AtomicInteger count = new AtomicInteger();

    // Three attempts of the SDK, twice, then it is over.
    try (FaultyS3 proxy =
        new FaultyS3(
            fixture.server,
            request ->
                count.incrementAndGet() <= 6 ? Answer.error(503, "SlowDown") : request.forward())) {
      fixture.endpoint(proxy.endpoint());
      assertAllStaged(files, upload(files));

      assertThat(count.get()).isEqualTo(7);
    }
  }

  @Test
  void upload_bodyStallsUnderBandwidthLimit_isGivenUpAndSentAgain() throws Exception {
    List<PlannedUpload> files = files(1, 5 * MIB);
    fixture.patience(Duration.ofSeconds(2), Duration.ofSeconds(60));
    try (StalledOnce relay = new StalledOnce(fixture.server.endpoint())) {
      fixture.endpoint(relay.endpoint()).limits(limits(1L << 30, null));
      assertAllStaged(files, upload(files));

      assertThat(relay.connections()).isEqualTo(2);
    }
  }
}
