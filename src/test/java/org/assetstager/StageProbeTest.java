package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dry run that measures. How well it estimates is a benchmark's to say. */
@Tag("server")
@Tag("spark")
class StageProbeTest {
  private static final String PROBE = "--probe=6";

  /** The least; where no figure is judged. */
  private static final String SHORT_PROBE = "--probe=4";

  @TempDir Path folder;

  private static Stream<ObjectNode> small(StageFixture fixture, int count) {
    return IntStream.range(0, count).mapToObj(i -> fixture.add("small/" + i, "content " + i));
  }

  private static Stream<ObjectNode> large(StageFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> fixture.add("large/" + i, StageFixture.randomBytes(7 * StageFixture.MIB, i)));
  }

  private static Path manifest(StageFixture fixture, Stream<ObjectNode> rows) {
    return fixture.manifest(rows.toArray(ObjectNode[]::new));
  }

  private static JsonNode probe(Finished run) {
    return run.report().get("estimate").get("probe");
  }

  private static double bytesPerSecond(Finished run, String kind) {
    return probe(run).at("/figures/" + kind + "/bytes_per_second").asDouble();
  }

  /** Uploads on the run's record. */
  private static List<Path> recorded(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files.filter(file -> file.endsWith("upload.json")).toList();
    }
  }

  private static boolean isPart(FaultyS3.Request request) {
    return request.line().startsWith("PUT ") && request.line().contains("uploadId=");
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void probe_smallAndLargeFiles_areMeasuredAndNothingStays() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = manifest(fixture, Stream.concat(small(fixture, 200), large(fixture, 4)));

    // Also makes sure that staging is as it was, and that no upload is open.
    Finished run = fixture.stage(manifest, "--dry-run", PROBE);

    assertThat(probe(run).get("figures").fieldNames())
        .toIterable()
        .containsExactly(
            "LIST",
            "HEAD",
            "READ_SMALL",
            "READ_LARGE",
            "SEND_SMALL",
            "SEND_PARTS",
            "TRANSFER_SMALL",
            "TRANSFER_PARTS");
    assertThat(probe(run).get("tasks").asInt()).isEqualTo(2);
    assertThat(probe(run).get("read_before").asBoolean()).isFalse();
    assertThat(recorded(run.run)).isEmpty();
    assertThat(fixture.stagingKeys()).isEmpty();
    assertThat(run.requests("PUT") + run.requests("COMPLETE")).isZero();
    assertThat(run.report().at("/estimate/requests/PART").asLong())
        .as("of the run, without the probe's")
        .isEqualTo(8);
    assertThat(run.report().at("/estimate/measured_seconds").asDouble())
        .isCloseTo(secondsWithoutProbe(run.report().get("phases")), within(0.001));
    assertThat(run.ran.out())
        .contains("\nprobe     bound by ")
        .contains("This was a dry run: nothing was staged.")
        .doesNotContainIgnoringCase("uploaded");
    assertThat(Files.readString(run.run.resolve("report.html"))).contains("read, hash and send");
  }

  private static double secondsWithoutProbe(JsonNode phases) {
    return phases.properties().stream()
        .filter(phase -> !phase.getKey().equals("probe"))
        .mapToDouble(phase -> phase.getValue().get("seconds").asDouble())
        .sum();
  }

  @Test
  void probe_serverThatIsSlowToAnswer_isBoundByRequests() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    try (FaultyS3 slow =
        new FaultyS3(
            fixture.server,
            request -> {
              if (isPart(request)) {
                sleep(1_000);
              }
              return request.forward();
            })) {
      Path manifest = manifest(fixture, small(fixture.endpoint(slow.endpoint()), 2_000));

      Finished run = fixture.stage(manifest, "--dry-run", PROBE);

      assertThat(probe(run).get("bound").asText()).isEqualTo("small_contents");
      // 2 tasks with 16 requests each, which take a second or more.
      assertThat(probe(run).at("/figures/SEND_SMALL/per_second").asDouble()).isBetween(1.0, 33.0);
      assertThat(run.report().at("/estimate/upload_seconds").asDouble()).isGreaterThan(55);
    }
  }

  @Test
  void probe_limitedBandwidth_isKeptAndNamed() throws Exception {
    StageFixture fixture = new StageFixture(folder).settings("upload.max-bandwidth = 500kB");
    Path manifest = manifest(fixture, large(fixture, 6));

    Finished run = fixture.stage(manifest, "--dry-run", PROBE);

    assertThat(probe(run).get("bound").asText()).isEqualTo("large_contents");
    assertThat(bytesPerSecond(run, "SEND_PARTS")).isLessThan(1_000_000);
    assertThat(run.report().at("/estimate/upload_seconds").asDouble())
        .as("44 MB")
        .isGreaterThan(40);
  }

  @Test
  void probe_filesThatWereDigested_saysThatTheyCameFromMemory() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest =
        manifest(fixture, small(fixture, 20).map(row -> (ObjectNode) row.without(List.of("md5"))));

    Finished run = fixture.stage(manifest, "--dry-run", SHORT_PROBE);

    assertThat(probe(run).get("read_before").asBoolean()).isTrue();
    assertThat(run.ran.out()).contains("had just read these files");
  }

  @Test
  void probe_linkOutOfTheRoot_isNeverRead() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = manifest(fixture, small(fixture, 50));
    Path secret = Files.writeString(folder.resolve("secret"), "content 1");
    AtomicBoolean swapped = new AtomicBoolean();
    try (FaultyS3 between =
        new FaultyS3(
            fixture.server,
            request -> {
              // After the scan, before the probe.
              if (request.line().contains(".probe") && swapped.compareAndSet(false, true)) {
                IntStream.range(0, 50).forEach(i -> swap(fixture.path("small/" + i), secret));
              }
              return request.forward();
            })) {
      fixture.endpoint(between.endpoint());

      Finished run = fixture.stage(manifest, "--dry-run", SHORT_PROBE);

      assertThat(swapped).isTrue();
      assertThat(probe(run).get("figures").has("READ_SMALL")).isFalse();
      assertThat(probe(run).get("figures").has("TRANSFER_SMALL")).isFalse();
      assertThat(probe(run).get("figures").has("SEND_SMALL")).isTrue();
    }
  }

  private static void swap(Path file, Path target) {
    try {
      Files.delete(file);
      Files.createSymbolicLink(file, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void probe_nothingToSendOrRead_measuresNothing() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = manifest(fixture, small(fixture, 2));
    Files.delete(fixture.path("small/0"));
    Files.delete(fixture.path("small/1"));

    Finished run = fixture.stage(manifest, "--dry-run", SHORT_PROBE);

    assertThat(probe(run).isNull()).isTrue();
    assertThat(run.requests("PART")).isZero();
  }

  @Test
  void probe_refusedParts_failsAbortsAndGoesOn() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    AtomicBoolean refusing = new AtomicBoolean(true);
    AtomicInteger aborts = new AtomicInteger();
    try (FaultyS3 faulty =
        new FaultyS3(
            fixture.server,
            request -> {
              boolean ofProbe = request.line().contains(".probe");
              if (refusing.get() && ofProbe && isPart(request)) {
                request.body();
                return Answer.error(403, "AccessDenied");
              }
              if (refusing.get() && ofProbe && request.line().startsWith("DELETE ")) {
                aborts.incrementAndGet();
                return Answer.error(403, "AccessDenied");
              }
              return request.forward();
            })) {
      fixture.endpoint(faulty.endpoint());
      Path manifest = manifest(fixture, small(fixture, 20));

      Ran failed =
          fixture.command(
              List.of(
                  "--manifest", manifest.toString(), "--run-id", "r", "--dry-run", SHORT_PROBE));

      assertThat(failed.exitCode()).isNotZero();
      assertThat(failed.err()).contains("403");
      assertThat(aborts).hasPositiveValue();
      Path run = fixture.ledgers.resolve("run_id=r");
      assertThat(recorded(run)).as("what could not be aborted").isNotEmpty();
      assertThat(fixture.server.openMultipartUploads(EmbeddedS3.STAGING, fixture.stagingPrefix))
          .isNotEmpty();

      refusing.set(false);
      // Without --probe, the run ends by what the settings say.
      Finished resumed = fixture.stage(null, "--resume", "r", "--dry-run");

      assertThat(probe(resumed).isNull()).isTrue();
      assertThat(recorded(run)).isEmpty();
    }
  }

  /** A part that lands after the abort keeps the upload ("AbortMultipartUpload" of S3). */
  @Test
  void probe_abortThatLeavesTheUploadOpen_isRepeated() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Set<String> ignored = ConcurrentHashMap.newKeySet();
    try (FaultyS3 late =
        new FaultyS3(
            fixture.server,
            request -> {
              boolean aborts =
                  request.line().contains(".probe") && request.line().startsWith("DELETE ");
              return aborts && ignored.add(request.line())
                  ? new Answer(204, Map.of(), new byte[0])
                  : request.forward();
            })) {
      Path manifest = manifest(fixture, small(fixture.endpoint(late.endpoint()), 20));

      // Also makes sure that no upload is open.
      Finished run = fixture.stage(manifest, "--dry-run", SHORT_PROBE);

      assertThat(ignored).hasSize(2);
      assertThat(recorded(run.run)).isEmpty();
    }
  }

  @Test
  void probe_resumedAfterItBrokeOff_tellsTheRequestsOfTheRunAlone() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = manifest(fixture, small(fixture, 20));
    JsonNode expected = fixture.stage(manifest, "--dry-run").report().at("/estimate/requests");
    AtomicBoolean refusing = new AtomicBoolean(true);
    try (FaultyS3 faulty =
        new FaultyS3(
            fixture.server,
            request -> {
              if (refusing.get() && request.line().contains(".probe") && isPart(request)) {
                request.body();
                return Answer.error(403, "AccessDenied");
              }
              return request.forward();
            })) {
      fixture.endpoint(faulty.endpoint());
      assertThat(
              fixture
                  .command(
                      List.of(
                          "--manifest",
                          manifest.toString(),
                          "--run-id",
                          "r",
                          "--dry-run",
                          SHORT_PROBE))
                  .exitCode())
          .isNotZero();
      refusing.set(false);

      Finished resumed = fixture.stage(null, "--resume", "r", "--dry-run", SHORT_PROBE);

      assertThat(probe(resumed).isNull()).isFalse();
      assertThat(resumed.report().at("/estimate/requests")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'stage --manifest m --probe', 'add --dry-run'",
    "'stage --manifest m --dry-run --probe=3', '--probe 3: give 4 to 600 seconds'",
    "'stage --manifest m --dry-run --probe=601', '--probe 601: give 4 to 600 seconds'",
    "'stage --manifest m --dry-run --probe=1h', '--probe'"
  })
  void probe_usedWrongly_isAUsageError(String arguments, String message) {
    Ran ran = StageFixture.command(arguments.split(" ", -1));

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
  }
}
