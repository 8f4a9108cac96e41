package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.randomBytes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.RandomFaults;
import org.assetstager.testing.RandomFaults.Kind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * A store and a network in trouble all through a run of {@code stage}: 500 small files and files
 * that one task uploads in parts, then another of a file that many tasks do.
 */
@Tag("server")
@Tag("spark")
class StageFaultsTest {
  /** Of few requests. */
  private static final Set<Kind> OF_LARGE_FILES =
      Set.of(Kind.WRONG_PART_ETAG, Kind.EMPTY_COMPLETE_ETAG);

  private static final long USUAL_SEED = 20_260;
  private static final long SEED = Long.getLong("faults.seed", USUAL_SEED);
  private static final int SMALL_FILES = 500;
  private static final int FILES = SMALL_FILES + 4;
  private static final int SMALL_FILES_BESIDE_SPLIT = 5;

  /** Of a content whose parts or completion the usual seed strikes. */
  private static final long SPLIT_SEED = 1009;

  @TempDir private static Path folder;
  private static String smallText;
  private static String manifestText;
  private static String splitText;

  @BeforeAll
  static void makeFiles() {
    StageFixture files = fixture("none");
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < SMALL_FILES; i++) {
      rows.add(files.add(i % 10 + "/" + i, randomBytes(i * 7, i)));
    }
    smallText = StageFixture.lines(rows.toArray(ObjectNode[]::new));
    rows.add(files.add("parts/1", randomBytes(7 * MIB, 1001)));
    rows.add(files.add("parts/2", randomBytes(6 * MIB + 1, 1002)));
    rows.add(files.add("parts/3", randomBytes(6 * MIB + 2, 1027)));
    rows.add(files.add("parts/4", randomBytes(10 * MIB + 1, 1004)));
    manifestText = StageFixture.lines(rows.toArray(ObjectNode[]::new));
    rows.clear();
    for (int i = 0; i < SMALL_FILES_BESIDE_SPLIT; i++) {
      rows.add(files.add("beside/" + i, randomBytes(500 + i, 2000 + i)));
    }
    // More than half of the run.
    rows.add(files.add("split", randomBytes(11 * MIB, SPLIT_SEED)));
    splitText = StageFixture.lines(rows.toArray(ObjectNode[]::new));
  }

  private static StageFixture fixture(String ledgers) {
    return new StageFixture(folder, "root", ledgers)
        .settings(
            "upload.split-threshold = 9MiB",
            "upload.split = on",
            "s3 { max-attempts = 5, connect-timeout = 2s, call-timeout = 60s }");
  }

  private static String[] stage(StageFixture fixture, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--manifest", fixture.manifest("m.jsonl", manifestText).toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void stage_faultsAtRandom_stagesEverything(Kind kind) throws IOException {
    StageFixture fixture = fixture("ledgers " + kind);
    try (RandomFaults faults =
        new RandomFaults(fixture.server, kind, SEED, fixture.stagingPrefix)) {
      fixture.endpoint(faults.endpoint());
      String timeout = "s3.attempt-timeout=" + (kind == Kind.STALL ? "1s" : "10s");

      Finished run = stageAll(fixture, faults, manifestText, timeout);
      assertThat(run.counts()).as(seed(run)).isEqualTo(Map.of(Outcome.STAGED, (long) FILES));
      assertThat(faults.struck())
          .as(seed(run))
          .isGreaterThan(OF_LARGE_FILES.contains(kind) ? 0 : 20);
      assertThat(fixture.stagingKeys()).isEqualTo(keys(run));

      int before = faults.struckInUploads();
      Finished split = stageAll(fixture, faults, splitText, timeout);
      assertThat(split.isSplit()).isTrue();
      assertThat(split.counts())
          .as(seed(split))
          .isEqualTo(Map.of(Outcome.STAGED, SMALL_FILES_BESIDE_SPLIT + 1L));
      if (SEED == USUAL_SEED) {
        assertThat(faults.struckInUploads()).isGreaterThan(before);
      }
      Set<String> keys = new TreeSet<>(keys(run));
      keys.addAll(keys(split));
      assertThat(fixture.stagingKeys()).containsExactlyElementsOf(keys);
    }
  }

  private static Finished stageAll(
      StageFixture fixture, RandomFaults faults, String manifest, String setting)
      throws IOException {
    String path = fixture.manifest("m.jsonl", manifest).toString();
    Ran ran = fixture.command(List.of("--manifest", path, "--keep-steps", "--set", setting));
    abortWhatNobodyKnowsOf(fixture, faults.uploadIds());
    return fixture.finished(ran);
  }

  private static String seed(Finished run) {
    return "with -Dfaults.seed=" + SEED + "\n" + run.ran.err();
  }

  /** The numbers of requests: in the listings, among the small files, among the parts. */
  @ParameterizedTest
  @ValueSource(ints = {9, 60, 515})
  void stage_forbiddenFromSomeMomentOn_stopsAndIsResumed(int allowed) throws IOException {
    StageFixture fixture = fixture("ledgers forbidden " + allowed);
    AtomicInteger left = new AtomicInteger(allowed);
    Map<String, AtomicInteger> puts = new ConcurrentHashMap<>();
    FaultyS3.Fault fault =
        request -> {
          if (left.decrementAndGet() < 0) {
            return FaultyS3.Answer.error(403, "AccessDenied");
          }
          if (request.line().startsWith("PUT ") && !request.line().contains("partNumber=")) {
            puts.computeIfAbsent(request.line(), line -> new AtomicInteger()).incrementAndGet();
          }
          return request.forward();
        };
    try (FaultyS3 store = new FaultyS3(fixture.server, fault)) {
      fixture.endpoint(store.endpoint());
      Ran broken = fixture.command(Arrays.asList(stage(fixture, "--run-id", "r" + allowed)));
      assertThat(broken.exitCode()).as(broken.err()).isEqualTo(1);
      assertThat(broken.err())
          .contains("403")
          .contains(".credentials")
          .containsPattern(
              "\nContinue with: asset-stager stage --resume r" + allowed + " --config ");
      int staged = requireNothingWrong(fixture);
      assertThat(staged).isLessThan(FILES);

      left.set(Integer.MAX_VALUE);
      Finished run = fixture.stage(null, "--resume", "r" + allowed);
      assertThat(run.counts()).isEqualTo(Map.of(Outcome.STAGED, (long) FILES));
      assertThat(fixture.stagingKeys()).isEqualTo(keys(run));
      assertThat(puts).hasSize(SMALL_FILES);
      assertThat(puts.values()).as("each was sent once").allMatch(times -> times.get() == 1);
    }
  }

  /** An outage: what it strikes is no row's fault. */
  @Test
  void stage_noAnswersFromSomeMomentOn_stopsAndIsResumed() throws IOException {
    requireStopsAndIsResumed(
        manifestText, 100, request -> true, FILES, "32 requests failed one after another");
  }

  /** As of a store that can only be read: what it strikes is no row's fault either. */
  @Test
  void stage_storesNothingFromSomeMomentOnButAnswers_stopsAndIsResumed() throws IOException {
    requireStopsAndIsResumed(
        smallText,
        20,
        request -> request.line().startsWith("PUT "),
        SMALL_FILES,
        "The last 32 requests to store something failed, and a trial");
  }

  /**
   * Stages while nothing is answered from some moment on, then resumes without faults.
   *
   * @param answered how many of the requests that may be struck are answered first
   */
  private static void requireStopsAndIsResumed(
      String rows, int answered, Predicate<FaultyS3.Request> mayBeStruck, int files, String message)
      throws IOException {
    StageFixture fixture = fixture("ledgers of " + answered);
    AtomicInteger left = new AtomicInteger(answered);
    FaultyS3.Fault fault =
        request ->
            mayBeStruck.test(request) && left.decrementAndGet() < 0
                ? FaultyS3.Answer.NONE
                : request.forward();
    try (FaultyS3 store = new FaultyS3(fixture.server, fault)) {
      fixture.endpoint(store.endpoint());
      String manifest = fixture.manifest("m.jsonl", rows).toString();
      Ran broken =
          fixture.command(
              List.of("--manifest", manifest, "--run-id", "r", "--set", "s3.max-attempts=2"));
      assertThat(broken.exitCode()).as(broken.err()).isEqualTo(1);
      assertThat(broken.err()).contains(message);
      requireNothingWrong(fixture);

      left.set(Integer.MAX_VALUE);
      Finished run = fixture.stage(null, "--resume", "r");
      // Some may have failed in a work file that ended before the outage was one.
      assertThat(run.counts().keySet()).isSubsetOf(Outcome.STAGED, Outcome.FAILED);
      assertThat(run.counts().getOrDefault(Outcome.FAILED, 0L)).isLessThan(32);
      assertThat(run.ledger()).hasSize(files);
    }
  }

  /** A part of the store is lost: the others are staged, and the run ends. */
  @Test
  void stage_manyKeysThatAreNeverAnswered_failsThoseAlone() throws IOException {
    StageFixture fixture = fixture("ledgers of lost keys");
    AtomicInteger refused = new AtomicInteger();
    FaultyS3.Fault fault =
        request -> {
          boolean lost =
              request.line().contains("/contents/")
                  && !request.line().contains(".nothing")
                  && !request.line().contains(".preflight");
          if (lost) {
            refused.incrementAndGet();
          }
          return lost ? FaultyS3.Answer.NONE : request.forward();
        };
    try (FaultyS3 store = new FaultyS3(fixture.server, fault)) {
      fixture.endpoint(store.endpoint());
      Finished run =
          fixture.stage(fixture.manifest("m.jsonl", manifestText), "--set", "s3.max-attempts=2");

      assertThat(refused).hasValueGreaterThan(FILES);
      assertThat(run.counts()).isEqualTo(Map.of(Outcome.FAILED, (long) FILES));
    }
  }

  /** Returns how many objects staging has; each has the MD5 of its key. */
  private static int requireNothingWrong(StageFixture fixture) {
    Map<String, byte[]> objects = fixture.server.objects(EmbeddedS3.STAGING, fixture.stagingPrefix);
    objects.forEach((key, bytes) -> assertThat(key).endsWith("/" + StageFixture.fileId(bytes)));
    return objects.size();
  }

  private static List<String> keys(Finished run) {
    return List.copyOf(
        run.ledger().stream().map(LedgerRow::key).collect(Collectors.toCollection(TreeSet::new)));
  }

  /**
   * Does what the bucket's lifecycle rule does to uploads of which the job never heard that they
   * were opened. Of those that it heard of none may be open.
   */
  private static void abortWhatNobodyKnowsOf(StageFixture fixture, Set<String> known) {
    String bucket = fixture.server.serverBucket(EmbeddedS3.STAGING);
    for (MultipartUpload upload :
        fixture.server.serverClient().listMultipartUploads(r -> r.bucket(bucket)).uploads()) {
      if (upload.key().startsWith(fixture.stagingPrefix)) {
        assertThat(known).as(upload.key() + " is open").doesNotContain(upload.uploadId());
        fixture
            .server
            .serverClient()
            .abortMultipartUpload(
                r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
      }
    }
  }
}
