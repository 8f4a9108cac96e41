package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.TOP;
import static org.assetstager.StageFixture.randomBytes;
import static org.assetstager.asset.Outcome.DUPLICATE;
import static org.assetstager.asset.Outcome.KNOWN_REMOTE;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.NOT_ADDED;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.OpenedNames;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is read twice, and with {@code verify.digest = trusted} nothing in vain. */
@Tag("process")
@Tag("server")
@Tag("spark")
class StageReadsTest {
  private static final String[] TRUSTED = {"--set", "verify.digest=trusted"};

  /** What a run may read beside the files: less than half of the least file that matters. */
  private static final long NOISE = 3L * MIB;

  @TempDir Path folder;

  @Test
  void trusted_knownContent_isNeverOpened() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    ObjectNode known = fixture.add("known", "known");
    byte[] large = randomBytes(7 * MIB, 1);
    ObjectNode inRemote = fixture.add("known large", large);
    fixture.server.put(
        EmbeddedS3.REMOTE,
        fixture.remotePrefix + "contents/" + TOP + "/" + StageFixture.fileId(large),
        large);
    assertThat(fixture.stage(fixture.manifest(known)).counts()).isEqualTo(Map.of(STAGED, 1L));
    Path all = fixture.manifest(known, inRemote, fixture.add("new", "new"));

    Finished finished;
    Set<String> opened;
    try (OpenedNames names = OpenedNames.in(fixture.root)) {
      finished = fixture.stage(all, TRUSTED);
      opened = names.soFar();
    }

    assertThat(finished.outcomes())
        .isEqualTo(Map.of("known", KNOWN_STAGING, "known large", KNOWN_REMOTE, "new", STAGED));
    assertThat(opened).containsExactly("new");
  }

  @Test
  void trusted_newContent_isReadOnce() throws IOException {
    StageFixture fixture = new StageFixture(folder).settings("upload.multipart-threshold = 8MiB");
    ObjectNode[] rows = {
      fixture.add("one", randomBytes(7 * MIB, 1)),
      fixture.add("two", randomBytes(8 * MIB, 2)),
      fixture.add("in parts", randomBytes(21 * MIB, 3))
    };
    ObjectNode[] notAdded =
        Arrays.stream(rows)
            .map(row -> row.deepCopy().put("state", "committed"))
            .toArray(ObjectNode[]::new);
    long bytes = 36L * MIB;
    // The first run reads classes.
    bytesReadBy(
        fixture,
        STAGED,
        fixture.add("another", "another"),
        fixture.add("another in parts", randomBytes(9 * MIB, 4)));

    long without = bytesReadBy(fixture, NOT_ADDED, notAdded);
    long with = bytesReadBy(fixture, STAGED, rows);

    assertThat(with - without).isCloseTo(bytes, within(NOISE));
  }

  @Test
  void always_newContentKnownContentAndEqualContent_areReadOnce() throws IOException {
    StageFixture fixture = new StageFixture(folder).settings("upload.multipart-threshold = 8MiB");
    ObjectNode[] rows = {
      fixture.add("empty", ""),
      fixture.add("small", randomBytes(100_000, 1)),
      fixture.add("one", randomBytes(7 * MIB, 2)),
      fixture.add("in parts", randomBytes(21 * MIB, 3)),
      fixture.add("equal", randomBytes(7 * MIB, 2)),
      fixture.add("equal in parts", randomBytes(21 * MIB, 3))
    };
    ObjectNode[] notAdded =
        Arrays.stream(rows)
            .map(row -> row.deepCopy().put("state", "committed"))
            .toArray(ObjectNode[]::new);
    long bytes = 100_000 + 2 * 28L * MIB;
    // The first run reads classes.
    read(
        fixture,
        Map.of(STAGED, 2L),
        fixture.add("another", "another"),
        fixture.add("another in parts", randomBytes(9 * MIB, 4)));

    long without = read(fixture, Map.of(NOT_ADDED, 6L), notAdded);
    long ofNew = read(fixture, Map.of(STAGED, 4L, DUPLICATE, 2L), rows);
    long ofKnown = read(fixture, Map.of(KNOWN_STAGING, 6L), rows);

    assertThat(ofNew - without).isBetween(bytes, bytes + NOISE);
    assertThat(ofKnown - without).isBetween(bytes, bytes + NOISE);
  }

  /** Of a split file, one task reads the whole while others read its parts. */
  @ParameterizedTest(name = "split = {0}")
  @CsvSource({"on, 2", "auto, 1"})
  void always_giantInOneJvm_isReadTwiceOnlyIfItIsSplit(String split, int times) throws IOException {
    StageFixture fixture =
        new StageFixture(folder)
            .settings(
                "upload.part-size = 5MiB",
                "upload.multipart-threshold = 8MiB",
                "upload.split-threshold = 8MiB",
                "upload.split = " + split);
    ObjectNode[] rows = {
      fixture.add("small", randomBytes(100_000, 1)),
      fixture.add("one", randomBytes(7 * MIB, 2)),
      fixture.add("giant", randomBytes(41 * MIB, 3)),
    };
    ObjectNode[] notAdded =
        Arrays.stream(rows)
            .map(row -> row.deepCopy().put("state", "committed"))
            .toArray(ObjectNode[]::new);
    long bytes = 100_000 + (7 + times * 41L) * MIB;
    // The first run reads classes.
    read(fixture, Map.of(STAGED, 1L), fixture.add("another giant", randomBytes(11 * MIB, 4)));

    long without = read(fixture, Map.of(NOT_ADDED, 3L), notAdded);
    long with = read(fixture, Map.of(STAGED, 3L), rows);

    assertThat(with - without).isBetween(bytes, bytes + NOISE);
  }

  /**
   * With {@code on}, it is split, since it is more than half of the work; with {@code auto}, a
   * local master splits nothing.
   */
  @ParameterizedTest(name = "split = {0}")
  @CsvSource({"on, 400, 61, 100", "auto, 1000, 66, 300"})
  void stage_giantAmongSmallOnes_isSentFromTheStart(
      String split, int smallFiles, int giantMib, int most) throws Exception {
    StageFixture fixture =
        new StageFixture(folder)
            .settings(
                "upload.part-size = 5MiB",
                "upload.multipart-threshold = 8MiB",
                "upload.split-threshold = 8MiB",
                "upload.split = " + split);
    ConcurrentLinkedQueue<String> puts = new ConcurrentLinkedQueue<>();
    try (FaultyS3 store =
        new FaultyS3(
            fixture.server,
            request -> {
              if (request.line().startsWith("PUT ")) {
                puts.add(request.line().contains("partNumber=") ? "part" : "small");
              }
              return request.forward();
            })) {
      fixture.endpoint(store.endpoint());
      List<ObjectNode> rows = new ArrayList<>();
      for (int i = 0; i < smallFiles; i++) {
        rows.add(fixture.add("small " + i, "small " + i));
      }
      rows.add(fixture.add("giant", randomBytes(giantMib * MIB, 1)));

      Ran ran =
          fixture.command(
              List.of(
                  "--keep-steps",
                  "--manifest",
                  fixture.manifest(rows.toArray(ObjectNode[]::new)).toString()));

      assertThat(ran.exitCode()).isZero();
      assertThat(fixture.finished(ran).isSplit()).isEqualTo(split.equals("on"));
    }
    List<String> order = List.copyOf(puts);
    int firstPart = order.indexOf("part");
    assertThat(order.subList(0, firstPart)).hasSizeLessThan(most);
    assertThat(order.subList(firstPart, order.size()))
        .as("both are sent at the same time")
        .contains("small");
  }

  private static long bytesReadBy(StageFixture fixture, Outcome outcome, ObjectNode... rows)
      throws IOException {
    return read(fixture, Map.of(outcome, (long) rows.length), List.of(TRUSTED), rows);
  }

  private static long read(StageFixture fixture, Map<Outcome, Long> counts, ObjectNode... rows)
      throws IOException {
    return read(fixture, counts, List.of(), rows);
  }

  private static long read(
      StageFixture fixture, Map<Outcome, Long> counts, List<String> options, ObjectNode... rows)
      throws IOException {
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("--manifest", fixture.manifest(rows).toString()));
    long before = bytesRead();
    Ran ran = fixture.command(arguments);
    long read = bytesRead() - before;
    // Reads what was staged, so that it comes last.
    assertThat(fixture.finished(ran).counts()).isEqualTo(counts);
    return read;
  }

  /** What this process has read, from files and otherwise: proc_pid_io(5). */
  private static long bytesRead() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("rchar: "))
        .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
        .findFirst()
        .orElseThrow();
  }
}
