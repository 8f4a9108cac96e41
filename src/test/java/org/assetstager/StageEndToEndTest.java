package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.TOP;
import static org.assetstager.StageFixture.randomBytes;
import static org.assetstager.asset.Outcome.CONFLICT;
import static org.assetstager.asset.Outcome.DELETED;
import static org.assetstager.asset.Outcome.DUPLICATE;
import static org.assetstager.asset.Outcome.INVALID;
import static org.assetstager.asset.Outcome.KNOWN_REMOTE;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.MODIFIED;
import static org.assetstager.asset.Outcome.NOT_ADDED;
import static org.assetstager.asset.Outcome.OUTSIDE_ROOT;
import static org.assetstager.asset.Outcome.PLANNED;
import static org.assetstager.asset.Outcome.RENAMED;
import static org.assetstager.asset.Outcome.STAGED;
import static org.assetstager.asset.Outcome.UNREADABLE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.StageFixture.Finished;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stage} from the arguments to the exit code, on files and buckets in every state. */
@Tag("process")
@Tag("server")
@Tag("spark")
class StageEndToEndTest {
  /** One ahead of the SDK, and then the SDK's own, which doesn't try a refusal again. */
  private static final int ATTEMPTS_OF_A_SMALL_PUT = 2;

  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Files in every state since they were added; returns their rows. */
  private static Map<String, ObjectNode> filesInEveryState(StageFixture fixture)
      throws IOException, InterruptedException {
    Map<String, ObjectNode> rows = new LinkedHashMap<>();
    for (String path :
        List.of(
            "unchanged",
            "hard-linked since",
            "inode replaced",
            "touched",
            "other bytes",
            "grown",
            "deleted",
            "d/renamed",
            "d/moved away",
            "became a symlink out",
            "escape/below a symlink out",
            "inner/below a symlink in",
            "became a directory",
            "became a pipe",
            "became a loop",
            "committed",
            "proxy")) {
      rows.put(path, fixture.add(path, "content of " + path));
    }
    rows.get("committed").put("state", "committed");
    rows.get("proxy").put("proxy", true);

    Files.createLink(fixture.path("second link"), fixture.path("hard-linked since"));
    Path copy = fixture.file("inode replaced.new", "content of inode replaced");
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(fixture.path("inode replaced")));
    Files.move(
        copy, fixture.path("inode replaced"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(fixture.path("touched"), FileTime.fromMillis(1_000_000_000_000L));
    fixture.file("other bytes", "CONTENT OF other bytes");
    fixture.file("grown", "content of grown, and more");
    Files.delete(fixture.path("deleted"));
    Files.move(fixture.path("d/renamed"), fixture.path("d/new name"));
    Files.createDirectories(fixture.path("elsewhere"));
    Files.move(fixture.path("d/moved away"), fixture.path("elsewhere/moved away"));
    Path outside = Files.createDirectories(fixture.folder.resolve("outside"));
    Files.move(fixture.path("became a symlink out"), outside.resolve("secret"));
    Files.createSymbolicLink(fixture.path("became a symlink out"), outside.resolve("secret"));
    Files.move(fixture.path("escape"), outside.resolve("escape"));
    Files.createSymbolicLink(fixture.path("escape"), outside.resolve("escape"));
    Files.move(fixture.path("inner"), fixture.path("real inner"));
    Files.createSymbolicLink(fixture.path("inner"), fixture.path("real inner"));
    Files.delete(fixture.path("became a directory"));
    Files.createDirectory(fixture.path("became a directory"));
    Files.delete(fixture.path("became a pipe"));
    assertThat(
            new ProcessBuilder("mkfifo", fixture.path("became a pipe").toString())
                .start()
                .waitFor())
        .isZero();
    Files.delete(fixture.path("became a loop"));
    Files.createSymbolicLink(fixture.path("became a loop"), Path.of("became a loop"));
    return rows;
  }

  private static Map<String, Outcome> outcomesOfEveryState() {
    Map<String, Outcome> expected = new TreeMap<>();
    expected.put("unchanged", STAGED);
    expected.put("hard-linked since", STAGED);
    expected.put("inode replaced", STAGED);
    expected.put("touched", STAGED);
    expected.put("other bytes", MODIFIED);
    expected.put("grown", MODIFIED);
    expected.put("deleted", DELETED);
    expected.put("d/renamed", RENAMED);
    expected.put("d/moved away", DELETED);
    expected.put("became a symlink out", OUTSIDE_ROOT);
    expected.put("escape/below a symlink out", OUTSIDE_ROOT);
    expected.put("inner/below a symlink in", STAGED);
    expected.put("became a directory", DELETED);
    expected.put("became a pipe", DELETED);
    expected.put("became a loop", UNREADABLE);
    expected.put("committed", NOT_ADDED);
    expected.put("proxy", NOT_ADDED);
    return expected;
  }

  @Test
  void stage_filesInEveryState_eachHasItsOutcomeByThePolicy() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest =
        fixture.manifest(filesInEveryState(fixture).values().toArray(ObjectNode[]::new));

    String[] inDirectory = {"--set", "verify.find-renamed=directory"};
    Finished content = fixture.stage(manifest, inDirectory);
    assertThat(content.outcomes()).isEqualTo(outcomesOfEveryState());
    assertThat(StageFixture.readLedgerBySpark(content.run))
        .containsExactlyInAnyOrderElementsOf(content.ledger());
    assertThat(content.ran.exitCode()).isEqualTo(3);
    for (String path : List.of("hard-linked since", "inode replaced", "touched")) {
      assertThat(content.row(path).detail()).as(path).contains("METADATA_ONLY");
    }
    assertThat(content.row("unchanged").detail()).isNull();
    assertThat(content.row("d/renamed").remedy()).endsWith("d/new name");
    assertThat(content.row("committed").state()).isEqualTo("committed");
    assertThat(content.row("other bytes").state()).isEqualTo("pending");
    assertThat(fixture.stagingKeys())
        .containsExactlyInAnyOrder(
            fixture.stagingKey("content of unchanged"),
            fixture.stagingKey("content of hard-linked since"),
            fixture.stagingKey("content of inode replaced"),
            fixture.stagingKey("content of touched"),
            fixture.stagingKey("content of inner/below a symlink in"));
    assertThat(content.ran.out())
        .contains("2 changed (MODIFIED")
        .contains("Exit code 3: done, but 10 rows need a person.");

    // Nothing of it is left to do; the search for renames goes further unless told not to.
    Finished again = fixture.stage(manifest);
    Map<String, Outcome> expected = outcomesOfEveryState();
    expected.replaceAll((path, outcome) -> outcome == STAGED ? KNOWN_STAGING : outcome);
    expected.put("d/moved away", RENAMED);
    assertThat(again.outcomes()).isEqualTo(expected);
    assertThat(again.row("d/moved away").remedy()).endsWith("elsewhere/moved away");
    assertThat(again.requests("PUT") + again.requests("PART") + again.requests("CREATE")).isZero();

    Finished strict = fixture.stage(manifest, "--set", "verify.policy=strict");
    for (String path : List.of("hard-linked since", "inode replaced", "touched")) {
      expected.put(path, MODIFIED);
    }
    assertThat(strict.outcomes()).isEqualTo(expected);

    Finished trusted = fixture.stage(manifest, "--set", "verify.digest=trusted");
    expected.replaceAll(
        (path, outcome) ->
            List.of("hard-linked since", "inode replaced", "touched").contains(path)
                ? KNOWN_STAGING
                : outcome);
    assertThat(trusted.outcomes()).isEqualTo(expected);
  }

  @Test
  void stage_md5ThatAFileNeverHad_isNeverStagedInAnyDigestMode() {
    StageFixture fixture = new StageFixture(folder);
    ObjectNode lie = fixture.add("lie", "what the file holds");
    lie.put("md5", StageFixture.md5(bytes("what the manifest claims")));
    ObjectNode large = fixture.add("large lie", randomBytes(7 * MIB, 1));
    large.put("md5", StageFixture.md5(bytes("anything")));
    ObjectNode twin = fixture.add("true twin of the lie", "what the manifest claims");
    Path manifest = fixture.manifest(lie, large, twin);

    Finished trusted = fixture.stage(manifest, "--set", "verify.digest=trusted");
    assertThat(trusted.outcomes())
        .isEqualTo(Map.of("lie", MODIFIED, "large lie", MODIFIED, "true twin of the lie", STAGED));
    assertThat(fixture.stagingKeys())
        .containsExactly(fixture.stagingKey("what the manifest claims"));

    Finished always = fixture.stage(manifest);
    assertThat(always.outcomes())
        .isEqualTo(
            Map.of("lie", MODIFIED, "large lie", MODIFIED, "true twin of the lie", KNOWN_STAGING));
  }

  @Test
  void stage_badRowsAmongGoodOnes_areInvalidAndStopNothing() {
    StageFixture fixture = new StageFixture(folder);
    String good = fixture.add("good", "good") + "\n";
    ObjectNode absolute = fixture.row("good").put("path", "/etc/passwd");
    ObjectNode dotDot = fixture.row("good").put("path", "a/../../b");
    ObjectNode nul = fixture.row("good").put("path", "a\u0000b");
    ObjectNode md5 = fixture.row("good").put("path", "x").put("md5", "zzz");
    ObjectNode size = fixture.row("good").put("path", "x").put("st_size", "4");
    ObjectNode typo = fixture.row("good").put("path", "x").put("st_mtimes", 1);
    ObjectNode without = fixture.row("good").put("path", "x");
    without.remove("st_ino");
    ObjectNode topHash = fixture.row("good").put("path", "x").put("top_hash", "../x");
    ObjectNode one = fixture.add("two truths", "one");
    // Each is judged by the file alone, which says which of them is right.
    ObjectNode other = one.deepCopy().put("st_size", 99);
    String bad = StageFixture.lines(absolute, dotDot, nul, md5, size, typo, without, topHash);
    String cut = "{\"top_hash\": \"top\", \"pa";
    String twice = "{\"path\": \"a\", \"path\": \"b\", \"top_hash\": \"top\"}\n";
    Path manifest =
        fixture.manifest(
            "rows.jsonl",
            good
                + bad
                + StageFixture.lines(one, other)
                + twice
                + "no json\n\n"
                + "x".repeat(2 * MIB)
                + "\n"
                + cut);

    Finished run = fixture.stage(manifest);
    assertThat(run.ran.exitCode()).isEqualTo(3);
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 2L, MODIFIED, 1L, INVALID, 12L));
    assertThat(run.ledger().stream().filter(row -> row.outcome() == INVALID))
        .allSatisfy(row -> assertThat(row.detail()).isNotEmpty());
    assertThat(run.ledger().stream().map(LedgerRow::detail).filter(d -> d != null))
        .anySatisfy(detail -> assertThat(detail).contains("st_mtime"))
        .anySatisfy(detail -> assertThat(detail).contains("Duplicate field 'path'"));
    assertThat(fixture.stagingKeys())
        .containsExactlyInAnyOrder(fixture.stagingKey("good"), fixture.stagingKey("one"));

    StageFixture.Ran tooMany =
        fixture.command(List.of("--manifest", manifest.toString(), "--max-invalid", "11"));
    assertThat(tooMany.exitCode()).isEqualTo(2);
    assertThat(tooMany.err()).contains("12 bad rows").contains("11 of --max-invalid");
    assertThat(fixture.stage(manifest, "--max-invalid", "12").counts())
        .isEqualTo(Map.of(KNOWN_STAGING, 2L, MODIFIED, 1L, INVALID, 12L));
  }

  @Test
  void stage_whatTheBucketsHold_isLeftAloneUnlessItIsWrong() {
    StageFixture fixture = new StageFixture(folder);
    List<ObjectNode> rows = new ArrayList<>();
    for (String path : List.of("in remote", "conflict", "in staging", "wrong in staging", "new")) {
      rows.add(fixture.add(path, "content of " + path));
    }
    byte[] parts = randomBytes(7 * MIB, 2);
    rows.add(fixture.add("in staging in parts", parts));
    byte[] otherParts = randomBytes(7 * MIB, 3);
    rows.add(fixture.add("in staging in other parts", otherParts));
    byte[] wrongParts = randomBytes(7 * MIB, 4);
    rows.add(fixture.add("wrong in staging in parts", wrongParts));
    rows.add(fixture.add("other size in staging", "content of other size in staging"));
    byte[] inRemote = bytes("CONTENT OF in remote");
    inRemote[0] = 'x';
    fixture.server.put(
        EmbeddedS3.REMOTE,
        fixture.remoteKey("content of in remote"),
        bytes("content of in remote"));
    fixture.server.put(
        EmbeddedS3.REMOTE, fixture.remoteKey("content of conflict"), bytes("something else"));
    fixture.server.put(
        EmbeddedS3.STAGING,
        fixture.stagingKey("content of in staging"),
        bytes("content of in staging"));
    fixture.server.put(
        EmbeddedS3.STAGING,
        fixture.stagingKey("content of wrong in staging"),
        bytes("CONTENT OF wrong in staging"),
        Map.of("md5", StageFixture.md5(bytes("content of wrong in staging"))));
    fixture.server.put(
        EmbeddedS3.STAGING, fixture.stagingKey("content of other size in staging"), bytes("short"));
    fixture.server.putMultipart(
        EmbeddedS3.STAGING, fixture.stagingKey(TOP, parts), parts, 5 * MIB, Map.of());
    fixture.server.putMultipart(
        EmbeddedS3.STAGING,
        fixture.stagingKey(TOP, otherParts),
        otherParts,
        6 * MIB,
        Map.of("part-size", String.valueOf(6 * MIB)));
    byte[] lie = wrongParts.clone();
    lie[6 * MIB]++;
    fixture.server.putMultipart(
        EmbeddedS3.STAGING,
        fixture.stagingKey(TOP, wrongParts),
        lie,
        5 * MIB,
        Map.of("md5", StageFixture.md5(wrongParts), "part-size", String.valueOf(5 * MIB)));
    Path manifest = fixture.manifest(rows.toArray(ObjectNode[]::new));
    Map<String, Outcome> expected = new TreeMap<>();
    expected.put("in remote", KNOWN_REMOTE);
    expected.put("conflict", CONFLICT);
    expected.put("in staging", KNOWN_STAGING);
    expected.put("in staging in parts", KNOWN_STAGING);
    expected.put("in staging in other parts", KNOWN_STAGING);
    for (String path :
        List.of("wrong in staging", "wrong in staging in parts", "other size in staging", "new")) {
      expected.put(path, PLANNED);
    }

    Finished dry = fixture.stage(manifest, "--dry-run");
    Map<String, Outcome> planned = new TreeMap<>(expected);
    // A dry run reads nothing: what only the file's parts would prove is looked at by the run.
    planned.put("in staging in parts", PLANNED);
    planned.put("in staging in other parts", PLANNED);
    assertThat(dry.outcomes()).isEqualTo(planned);
    assertThat(dry.row("wrong in staging").detail()).isEqualTo("UNPROVED");
    assertThat(dry.row("in staging in parts").detail()).isEqualTo("UNPROVED");
    assertThat(dry.row("other size in staging").detail()).isEqualTo("REPLACED");

    Finished run = fixture.stage(manifest);
    expected.replaceAll((path, outcome) -> outcome == PLANNED ? STAGED : outcome);
    assertThat(run.outcomes()).isEqualTo(expected);
    for (String path :
        List.of("wrong in staging", "wrong in staging in parts", "other size in staging")) {
      assertThat(run.row(path).detail()).as(path).isEqualTo("REPLACED");
    }
    assertThat(run.row("new").detail()).isNull();
    assertThat(run.row("in remote").state()).isEqualTo("committed");
    assertThat(run.row("conflict").detail())
        .isEqualTo("the remote holds 14 bytes under this key, the file has 19");
    assertThat(run.ran.exitCode()).isEqualTo(3);
    assertThat(fixture.stagingKeys()).doesNotContain(fixture.stagingKey("content of conflict"));

    // Asking for each content comes to the same as listing.
    expected.replaceAll((path, outcome) -> outcome == STAGED ? KNOWN_STAGING : outcome);
    Finished heads =
        fixture.stage(manifest, "--set", "remote.listing=head", "--set", "staging.listing=head");
    assertThat(heads.outcomes()).isEqualTo(expected);
    assertThat(heads.requests("LIST")).isZero();
    assertThat(heads.requests("PUT") + heads.requests("PART")).isZero();
  }

  @Test
  void stage_equalContents_areUploadedOnceForEachTopHash() {
    StageFixture fixture = new StageFixture(folder);
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(fixture.add("empty/" + i, "").put("asset", "asset-" + i % 3));
    }
    for (int i = 0; i < 5; i++) {
      rows.add(fixture.add("empty elsewhere/" + i, "").put("top_hash", "other"));
    }
    rows.add(fixture.add("a", "twin"));
    rows.add(fixture.add("b", "twin").put("top_hash", "other"));
    rows.add(fixture.row("a"));
    Path manifest = fixture.manifest(rows.toArray(ObjectNode[]::new));

    Finished dry = fixture.stage(manifest, "--dry-run");
    assertThat(dry.counts()).isEqualTo(Map.of(PLANNED, 68L));
    assertThat(dry.report().get("plan").get("puts").asLong()).isEqualTo(4);
    assertThat(dry.report().get("plan").get("bytes").asLong()).isEqualTo(8);

    Finished run = fixture.stage(manifest);
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 4L, DUPLICATE, 64L));
    assertThat(run.ran.exitCode()).isZero();
    assertThat(run.requests("PUT")).isEqualTo(4);
    assertThat(fixture.stagingKeys())
        .containsExactlyInAnyOrder(
            fixture.stagingKey(TOP, new byte[0]),
            fixture.stagingKey("other", new byte[0]),
            fixture.stagingKey(TOP, bytes("twin")),
            fixture.stagingKey("other", bytes("twin")));
    // The least row stands for the others, and they name it.
    assertThat(run.row("empty/0").outcome()).isEqualTo(STAGED);
    assertThat(run.row("empty/59").duplicateOf())
        .isEqualTo(run.row("empty/0").manifestFile() + "#0");
    assertThat(run.row("empty/59").asset()).isEqualTo("asset-2");
  }

  @Test
  void stage_sizesAroundTheThresholds_goInTheRightRequests() {
    StageFixture fixture = new StageFixture(folder);
    Map<String, Integer> sizes = new TreeMap<>();
    for (int size :
        new int[] {0, 1, 5 * MIB, 6 * MIB, 6 * MIB + 1, 10 * MIB, 10 * MIB + 1, 15 * MIB}) {
      sizes.put("size " + size, size);
    }
    List<ObjectNode> rows = new ArrayList<>();
    long total = 0;
    for (Map.Entry<String, Integer> file : sizes.entrySet()) {
      rows.add(fixture.add(file.getKey(), randomBytes(file.getValue(), file.getValue())));
      total += file.getValue();
    }
    Path manifest = fixture.manifest(rows.toArray(ObjectNode[]::new));

    Finished dry = fixture.stage(manifest, "--dry-run");
    assertThat(dry.report().get("plan").get("puts").asLong()).isEqualTo(4);
    assertThat(dry.report().get("plan").get("parts").asLong()).isEqualTo(2 + 2 + 3 + 3);
    assertThat(dry.report().get("plan").get("bytes").asLong()).isEqualTo(total);
    assertThat(dry.requests("PUT") + dry.requests("PART") + dry.requests("CREATE")).isZero();
    assertThat(dry.ran.out()).contains("This was a dry run: nothing was staged.");

    Finished run = fixture.stage(manifest);
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 8L));
    assertThat(run.report().get("bytes_uploaded").asLong()).isEqualTo(total);
    assertThat(run.requests("PUT")).isEqualTo(4);
    assertThat(run.requests("PART")).isEqualTo(10);
    assertThat(run.requests("CREATE")).isEqualTo(4);
    assertThat(run.requests("COMPLETE")).isEqualTo(4);
    assertThat(run.requests("ABORT")).isZero();

    for (String digest : List.of("always", "trusted")) {
      Finished again = fixture.stage(manifest, "--set", "verify.digest=" + digest);
      assertThat(again.counts()).isEqualTo(Map.of(KNOWN_STAGING, 8L));
      assertThat(again.requests("PUT") + again.requests("PART") + again.requests("CREATE"))
          .isZero();
      assertThat(again.requests("GET")).as("contents read back").isZero();
    }
  }

  @Test
  void stage_rowThatStandsForAContentVanishes_nextRowTakesItsPlace() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    ObjectNode[] rows = {
      fixture.add("first", "shared content"),
      fixture.add("second", "shared content"),
      fixture.add("third", "shared content"),
      fixture.add("fourth", "shared content"),
      fixture.add("alone", "only here"),
      fixture.add("stays", "stays")
    };
    // After the files were verified, while the buckets are listed.
    FaultyS3.Fault meanwhile =
        request -> {
          if (request.line().contains("contents%2Ftop")) {
            try {
              Files.deleteIfExists(fixture.path("first"));
              Files.deleteIfExists(fixture.path("alone"));
              fixture.file("second", "SHARED CONTENT");
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
          return request.forward();
        };
    try (FaultyS3 faulty = new FaultyS3(fixture.server, meanwhile)) {
      Finished run = fixture.endpoint(faulty.endpoint()).stage(fixture.manifest(rows));

      assertThat(run.outcomes())
          .isEqualTo(
              Map.of(
                  "first", DELETED,
                  "second", MODIFIED,
                  "third", STAGED,
                  "fourth", DUPLICATE,
                  "alone", DELETED,
                  "stays", STAGED));
      assertThat(run.row("fourth").duplicateOf())
          .isEqualTo(run.row("third").manifestFile() + "#" + run.row("third").manifestPosition());
      assertThat(run.ran.exitCode()).isEqualTo(3);
      assertThat(fixture.stagingKeys())
          .containsExactlyInAnyOrder(
              fixture.stagingKey("shared content"), fixture.stagingKey("stays"));
    }
  }

  @Test
  void stage_storeFailsForOneContent_onlyItsRowsFailAndAnotherRunHelps() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest =
        fixture.manifest(
            fixture.add("good", "good"),
            fixture.add("bad", "bad luck"),
            fixture.add("twin of bad", "bad luck"));
    String badKey = StageFixture.fileId(bytes("bad luck")).replace("=", "%3D");
    boolean[] broken = {true};
    FaultyS3.Fault fault =
        request ->
            broken[0] && request.line().startsWith("PUT ") && request.line().contains(badKey)
                ? FaultyS3.Answer.error(500, "InternalError")
                : request.forward();
    try (FaultyS3 faulty = new FaultyS3(fixture.server, fault)) {
      fixture.endpoint(faulty.endpoint());
      Finished run =
          fixture.stage(manifest, "--set", "s3.attempt-timeout=5s", "--set", "s3.call-timeout=5s");
      assertThat(run.outcomes())
          .isEqualTo(Map.of("good", STAGED, "bad", Outcome.FAILED, "twin of bad", Outcome.FAILED));
      assertThat(run.ran.exitCode()).isEqualTo(4);
      assertThat(run.row("bad").errorCode()).isEqualTo("InternalError");
      assertThat(run.row("bad").state()).isEqualTo("pending");

      broken[0] = false;
      assertThat(fixture.stage(manifest).outcomes())
          .isEqualTo(Map.of("good", KNOWN_STAGING, "bad", STAGED, "twin of bad", DUPLICATE));
    }
  }

  @Test
  void stage_storeFailsForOneContentAtFirst_itsFirstRowIsADuplicateOfTheNext() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest =
        fixture.manifest(
            fixture.add("a", "bad luck"), fixture.add("b", "bad luck"), fixture.add("c", "c"));
    AtomicInteger puts = new AtomicInteger();
    String key = StageFixture.fileId(bytes("bad luck")).replace("=", "%3D");
    FaultyS3.Fault fault =
        request ->
            request.line().startsWith("PUT ")
                    && request.line().contains(key)
                    && puts.getAndIncrement() < ATTEMPTS_OF_A_SMALL_PUT
                ? FaultyS3.Answer.error(400, "EntityTooLarge")
                : request.forward();
    try (FaultyS3 faulty = new FaultyS3(fixture.server, fault)) {
      Finished run = fixture.endpoint(faulty.endpoint()).stage(manifest);

      assertThat(run.outcomes()).isEqualTo(Map.of("a", DUPLICATE, "b", STAGED, "c", STAGED));
      assertThat(run.row("a").errorCode()).isNull();
      assertThat(run.row("a").duplicateOf())
          .isEqualTo(run.row("b").manifestFile() + "#" + run.row("b").manifestPosition());
      assertThat(run.ran.exitCode()).isZero();
    }
  }

  @Test
  void stage_everyNameThatLinuxAllows_isStagedAndFoundInTheLedger() throws Exception {
    StageFixture fixture =
        new StageFixture(folder, "root #% ?*[a]{b,c} \u00e9", "ledgers #% [1] {x}");
    List<String> names =
        List.of(
            "with space",
            " leading and trailing ",
            "#hash",
            "question?",
            "per%20cent%",
            "plus+and&",
            "a::b",
            "quote\"s'`",
            "back\\slash",
            "new\nline\r\t",
            "glob*[a-z]{x,y}",
            "colon:semi;comma,",
            "..hidden",
            "...",
            "~tilde",
            "-dash",
            "donn\u00e9es/\u00e9 composed",
            "donne\u0301es/e\u0301 decomposed",
            "\u65e5\u672c\u8a9e \ud83d\ude80",
            "\u0001control\u007f",
            "x".repeat(255),
            "\u00e9".repeat(127),
            ("d".repeat(200) + "/").repeat(5) + "deep");
    List<ObjectNode> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(fixture.add(name, "named " + name));
    }
    Path manifest =
        fixture.manifest(
            "manifests #% [1] {x,y}/m \u00e9?*.jsonl",
            StageFixture.lines(rows.toArray(ObjectNode[]::new)));

    Finished run = fixture.stage(manifest);
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, (long) names.size()));
    for (String name : names) {
      assertThat(run.row(name).md5()).as(name).isEqualTo(StageFixture.md5(bytes("named " + name)));
    }
    StageFixture.Ran report =
        StageFixture.command("report", "--run", run.run.toString(), "--rows", "jsonl");
    assertThat(report.err()).isEmpty();
    assertThat(report.out().lines()).hasSize(names.size());
  }
}
