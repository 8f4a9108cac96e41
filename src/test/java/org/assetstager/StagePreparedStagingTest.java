package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.TOP;
import static org.assetstager.StageFixture.randomBytes;
import static org.assetstager.asset.Outcome.CONFLICT;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.STAGED;
import static org.assetstager.testing.EmbeddedS3.REMOTE;
import static org.assetstager.testing.EmbeddedS3.STAGING;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What somebody with the right to write to staging may have left there: the job believes bytes
 * only.
 */
@Tag("server")
@Tag("spark")
class StagePreparedStagingTest {
  private static final String RUN = "prepared";

  /**
   * Of every size it makes a difference: one PUT, parts, and above the split threshold, where many
   * tasks send it if nothing lies under its key.
   */
  private static final Map<String, Integer> SIZES =
      new TreeMap<>(Map.of("small", 1000, "parts", 6 * MIB + 1, "split", 7 * MIB + 1));

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final List<ObjectNode> rows = new ArrayList<>();
  private final Map<String, Outcome> expected = new TreeMap<>();
  private final Map<String, String> details = new TreeMap<>();
  @TempDir private Path folder;
  private StageFixture fixture;

  @BeforeEach
  void makeRoot() {
    fixture =
        new StageFixture(folder).settings("upload.split-threshold = 7MiB", "upload.split = on");
  }

  /** Puts something under the key of a content. */
  private interface Preparation {
    void prepare(String key, byte[] content, Map<String, String> forged);
  }

  /** Makes a file, and what there is under its key. */
  private void add(String name, int size, Outcome outcome, Preparation preparation) {
    byte[] content = randomBytes(size, name.hashCode());
    rows.add(fixture.add(name, content));
    expected.put(name, outcome);
    // As the job itself would write it in this very run.
    Map<String, String> forged =
        Map.of(
            "md5", StageFixture.md5(content), "part-size", String.valueOf(5 * MIB), "run-id", RUN);
    preparation.prepare(fixture.stagingKey(TOP, content), content, forged);
  }

  private void addWrong(String name, int size, Preparation preparation) {
    add(name, size, STAGED, preparation);
    details.put(name, "REPLACED");
  }

  private static byte[] altered(byte[] content) {
    byte[] wrong = content.clone();
    wrong[content.length / 2] ^= 1;
    return wrong;
  }

  private void addWrongContents(String of, int size) {
    addWrong(
        of + " wrong bytes",
        size,
        (key, content, forged) -> server.put(STAGING, key, altered(content)));
    addWrong(
        of + " wrong bytes, forged metadata",
        size,
        (key, content, forged) -> server.put(STAGING, key, altered(content), forged));
    addWrong(
        of + " wrong bytes in parts, forged metadata",
        size,
        (key, content, forged) ->
            server.putMultipart(STAGING, key, altered(content), 5 * MIB, forged));
    addWrong(
        of + " wrong bytes in other parts",
        size,
        (key, content, forged) ->
            server.putMultipart(STAGING, key, altered(content), 6 * MIB, Map.of()));
    addWrong(
        of + " truncated, forged metadata",
        size,
        (key, content, forged) ->
            server.put(STAGING, key, Arrays.copyOf(content, content.length / 2), forged));
    addWrong(
        of + " truncated by a byte, in parts, forged metadata",
        size,
        (key, content, forged) ->
            server.putMultipart(
                STAGING, key, Arrays.copyOf(content, content.length - 1), 5 * MIB, forged));
    if (of.equals("split")) {
      return; // As those of the other sizes; it would only take long.
    }
    addWrong(
        of + " longer by a byte",
        size,
        (key, content, forged) ->
            server.put(STAGING, key, Arrays.copyOf(content, content.length + 1), forged));
    addWrong(
        of + " empty, forged metadata",
        size,
        (key, content, forged) -> server.put(STAGING, key, new byte[0], forged));
  }

  private void addRightContents(String of, int size) {
    add(
        of + " right bytes, no metadata",
        size,
        KNOWN_STAGING,
        (key, content, forged) -> server.put(STAGING, key, content));
    add(
        of + " right bytes, metadata of something else",
        size,
        KNOWN_STAGING,
        (key, content, forged) ->
            server.put(
                STAGING,
                key,
                content,
                Map.of("md5", "0".repeat(32), "part-size", "1", "run-id", "other")));
    for (String hint : List.of("none", "-1", "7", "x", "9223372036854775807", "5242880")) {
      Map<String, String> metadata =
          hint.equals("none") ? Map.of() : Map.of("part-size", hint, "run-id", "other");
      add(
          of + " right bytes in parts of 6 MiB, hint " + hint,
          size,
          KNOWN_STAGING,
          (key, content, forged) -> server.putMultipart(STAGING, key, content, 6 * MIB, metadata));
    }
    // Whoever forges a run id can only say that the run put what is right.
    add(
        of + " right bytes in parts, forged metadata",
        size,
        STAGED,
        (key, content, forged) -> server.putMultipart(STAGING, key, content, 5 * MIB, forged));
  }

  private void requireExpected(Finished run) {
    assertThat(run.outcomes()).isEqualTo(expected);
    for (LedgerRow row : run.ledger()) {
      assertThat(row.detail()).as(row.path()).isEqualTo(details.get(row.path()));
    }
  }

  private String[] settings(String conditional, String ifMatch, String runId) {
    return new String[] {
      "--set", "staging.conditional-writes=" + conditional,
      "--set", "staging.if-match=" + ifMatch,
      "--run-id", runId
    };
  }

  private void requireAllKnown(Path manifest) {
    Finished again = fixture.stage(manifest);
    assertThat(again.counts()).isEqualTo(Map.of(KNOWN_STAGING, (long) rows.size()));
    assertThat(again.requests("PUT") + again.requests("PART")).isZero();
  }

  @Test
  void stage_rightContentsInStaging_areKnownHoweverTheyWerePut() {
    SIZES.forEach(this::addRightContents);
    Path manifest = fixture.manifest(rows.toArray(ObjectNode[]::new));

    Finished run = fixture.stage(manifest, "--run-id", RUN);

    requireExpected(run);
    assertThat(run.requests("PUT") + run.requests("PART")).isZero();
    requireAllKnown(manifest);
  }

  @ParameterizedTest
  @CsvSource({"on,off", "off,off", "on,on", "off,on"})
  void stage_wrongContentsInStaging_areReplaced(String conditional, String ifMatch) {
    SIZES.forEach(this::addWrongContents);
    addWrong(
        "content put under the key of an empty file",
        0,
        (key, content, forged) -> server.put(STAGING, key, new byte[] {1}, forged));
    Path manifest = fixture.manifest(rows.toArray(ObjectNode[]::new));

    Finished run = fixture.stage(manifest, settings(conditional, ifMatch, RUN));

    requireExpected(run);
    assertThat(run.ran.exitCode()).isZero();
    // What lies there now depends least on the settings.
    if (conditional.equals(ifMatch)) {
      requireAllKnown(manifest);
    }
  }

  @Test
  void stage_remoteHoldsAnotherSize_isAConflictWhateverStagingHolds() {
    Map<String, byte[]> before = new TreeMap<>();
    SIZES.forEach(
        (of, size) -> {
          for (String staged : List.of("nothing", "wrong", "right")) {
            add(
                of + " conflict, staging has " + staged,
                size,
                CONFLICT,
                (key, content, forged) -> {
                  byte[] shorter = Arrays.copyOf(content, content.length - 1);
                  String inRemote = fixture.remotePrefix + key.substring(key.indexOf("contents/"));
                  server.put(REMOTE, inRemote, shorter, forged);
                  if (!staged.equals("nothing")) {
                    byte[] bytes = staged.equals("right") ? content : altered(content);
                    server.put(STAGING, key, bytes, forged);
                    before.put(key, bytes);
                  }
                });
          }
        });

    Finished run =
        fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)), "--run-id", RUN);

    assertThat(run.outcomes()).isEqualTo(expected);
    assertThat(run.ran.exitCode()).isEqualTo(3);
    assertThat(run.ledger())
        .allSatisfy(row -> assertThat(row.detail()).startsWith("the remote holds "));
    assertThat(run.requests("PUT") + run.requests("PART") + run.requests("COMPLETE")).isZero();
    Map<String, byte[]> after = server.objects(STAGING, fixture.stagingPrefix);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((key, bytes) -> assertThat(after.get(key)).as(key).isEqualTo(bytes));
  }

  /** As under SSE-C: S3 tells neither size nor ETag, and answers a HEAD without saying why. */
  @Test
  void stage_objectsThatOnlyWhoPutThemCanRead_areReplacedAndInTheRemoteAConflict()
      throws IOException {
    addWrong("in staging", 1000, (key, content, forged) -> server.put(STAGING, key, new byte[9]));
    add(
        "in the remote",
        1001,
        CONFLICT,
        (key, content, forged) ->
            server.put(
                REMOTE,
                fixture.remotePrefix + key.substring(key.indexOf("contents/")),
                new byte[9]));
    details.put(
        "in the remote", "the remote holds an object under this key that only who put it can read");
    rows.add(fixture.add("nowhere", randomBytes(1002, 7)));
    expected.put("nowhere", STAGED);
    List<String> unreadable =
        List.of(
            server.objects(STAGING, fixture.stagingPrefix).keySet().iterator().next(),
            server.objects(REMOTE, fixture.remotePrefix).keySet().iterator().next());
    AtomicBoolean replaced = new AtomicBoolean();
    FaultyS3.Fault ownersKey =
        request -> {
          String line = request.line().replace("%3D", "=");
          replaced.compareAndSet(false, line.startsWith("PUT") && line.contains(unreadable.get(0)));
          boolean reads = line.startsWith("HEAD") || line.startsWith("GET");
          boolean refused =
              reads
                  && (line.contains(unreadable.get(1))
                      || (!replaced.get() && line.contains(unreadable.get(0))));
          return refused ? FaultyS3.Answer.error(400, "InvalidRequest") : request.forward();
        };
    try (FaultyS3 store = new FaultyS3(server, ownersKey)) {
      fixture
          .endpoint(store.endpoint())
          .settings("remote.listing = head", "staging.listing = head");

      Finished run = fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)));

      requireExpected(run);
      assertThat(run.ran.exitCode()).isEqualTo(3);
    }
  }

  @Test
  void stage_foreignUploadsOpenUnderTheKeys_areLeftAlone() {
    String bucket = server.serverBucket(STAGING);
    Map<String, String> foreign = new TreeMap<>();
    SIZES.forEach(
        (of, size) ->
            add(
                of + " foreign upload",
                size,
                STAGED,
                (key, content, forged) -> {
                  String id =
                      server
                          .serverClient()
                          .createMultipartUpload(r -> r.bucket(bucket).key(key).metadata(forged))
                          .uploadId();
                  foreign.put(key, id);
                }));

    Ran ran =
        fixture.command(
            List.of(
                "--manifest",
                fixture.manifest(rows.toArray(ObjectNode[]::new)).toString(),
                "--run-id",
                RUN,
                "--keep-steps"));

    assertThat(server.openMultipartUploads(STAGING, fixture.stagingPrefix))
        .containsExactlyInAnyOrderElementsOf(foreign.keySet());
    foreign.forEach(
        (key, id) ->
            server
                .serverClient()
                .abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(id)));
    Finished run = fixture.finished(ran);
    requireExpected(run);
    assertThat(run.isSplit()).isTrue();
  }
}
