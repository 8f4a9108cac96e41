package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.snapshot.SnapshotFixture.md5;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.JobFailure.Kind;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.snapshot.SnapshotFixture.Taken;
import org.assetstager.spark.RecordCodec;
import org.assetstager.testing.OpenedNames;
import org.assetstager.testing.SampleRows;
import org.assetstager.testing.StartedAt;
import org.assetstager.testing.WrittenLedger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@Tag("spark")
class SnapshotSinceTest {
  private static final String WRONG = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;
  private SnapshotFixture fixture;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    fixture = new SnapshotFixture(folder);
    root = fixture.root;
  }

  /** Writes the rows of a snapshot as another manifest. */
  private Path manifest(String name, Stream<JsonNode> rows) throws IOException {
    Path manifest =
        fixture.write(
            name, rows.map(JsonNode::toString).collect(Collectors.joining("\n", "", "\n")));
    return Files.setLastModifiedTime(manifest, FileTime.fromMillis(later()));
  }

  /** Returns a moment long after the files were written. */
  private static long later() {
    return System.currentTimeMillis() + 60_000;
  }

  private static JsonNode with(JsonNode row, String field, Object value) {
    return ((ObjectNode) row.deepCopy()).putPOJO(field, value);
  }

  @Test
  void since_nothingChanged_opensNoFileAndHasTheSameRows() throws Exception {
    for (String name : Trees.HOSTILE_NAMES) {
      Trees.write(root, name, "content of " + name);
    }
    long bytes = 128L << 20;
    try (RandomAccessFile large = new RandomAccessFile(root.resolve("large").toFile(), "rw")) {
      large.setLength(bytes);
    }
    Taken first = fixture.take("first").later();
    Taken second;
    Set<String> opened;
    long read;
    try (OpenedNames names = OpenedNames.in(root)) {
      long before = bytesRead();
      second = fixture.take("second", first.out());
      read = bytesRead() - before;
      opened = names.soFar();
    }

    assertThat(opened).isEmpty();
    assertThat(read).as("bytes that this process has read").isLessThan(bytes / 4);
    assertThat(second.rows()).isEqualTo(first.rows()).hasSize(Trees.HOSTILE_NAMES.size() + 1);
    assertThat(second.result().kept()).isEqualTo(Trees.HOSTILE_NAMES.size() + 1L);
    assertThat(first.result().kept()).isNull();
  }

  /** proc_pid_io(5). */
  private static long bytesRead() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("rchar: "))
        .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
        .findFirst()
        .orElseThrow();
  }

  /** In each way that a file can change without its size and modification time telling. */
  @Test
  void since_someFilesChanged_opensExactlyThese() throws Exception {
    for (int i = 0; i < 200; i++) {
      Trees.write(root, "f" + i, "content " + i);
    }
    Taken first = fixture.take("first").later();
    Set<String> changed = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      Path file = root.resolve("f" + 7 * i);
      FileTime modified = Files.getLastModifiedTime(file);
      if (i % 4 == 0) {
        Files.writeString(file, "longer than it was " + i);
      } else if (i % 4 == 1) {
        Files.writeString(file, "Content " + 7 * i);
        Files.setLastModifiedTime(file, modified);
      } else if (i % 4 == 2) {
        Path other = Files.writeString(folder.resolve("other"), "CONTENT " + 7 * i);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(file, modified);
      } else {
        Files.setLastModifiedTime(file, FileTime.fromMillis(i));
      }
      changed.add("f" + 7 * i);
    }
    Trees.write(root, "new", "new");
    Files.delete(root.resolve("f199"));
    changed.add("new");

    Taken second;
    Set<String> opened;
    try (OpenedNames names = OpenedNames.in(root)) {
      second = fixture.take("second", first.out());
      opened = names.soFar();
    }

    assertThat(opened).isEqualTo(changed);
    assertThat(second.result().kept()).isEqualTo(179);
    assertThat(second.md5s()).isEqualTo(fixture.take("anew").md5s());
    assertThat(second.rows()).hasSize(200);
  }

  @Test
  void since_severalManifests_oneOfThemIsEnoughUnlessTheyDisagree() throws Exception {
    for (String name : List.of("agreed", "in one", "doubted", "stale", "elsewhere")) {
      Trees.write(root, name, name);
    }
    Map<String, JsonNode> rows = fixture.take("first").rows();
    Path one =
        manifest(
            "one.jsonl",
            Stream.of(
                rows.get("agreed"),
                with(rows.get("in one"), "md5", WRONG),
                with(rows.get("doubted"), "md5", WRONG),
                with(with(rows.get("stale"), "md5", WRONG), "st_ino", 1),
                with(with(rows.get("elsewhere"), "md5", WRONG), "root", folder + "/other")));
    Path other =
        manifest(
            "other.jsonl", Stream.of(rows.get("agreed"), rows.get("doubted"), rows.get("stale")));

    Taken taken = fixture.take("second", one, other);

    assertThat(taken.md5s())
        .isEqualTo(
            Map.of(
                "agreed", md5("agreed"),
                "in one", WRONG,
                "doubted", md5("doubted"),
                "stale", md5("stale"),
                "elsewhere", md5("elsewhere")));
    assertThat(taken.result().kept()).as("agreed, in one, stale").isEqualTo(3);
  }

  @Test
  void since_anyFactDiffers_readsTheFile() throws Exception {
    List<String> facts = List.of("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino");
    for (String fact : facts) {
      Trees.write(root, fact, fact);
    }
    Trees.write(root, "st_nlink", "doesn't matter");
    Trees.write(root, "no md5", "no md5");
    Trees.write(root, "seconds", "seconds");
    Trees.write(root, "committed", "committed");
    Map<String, JsonNode> rows = fixture.take("first").rows();
    ObjectNode withoutMd5 = rows.get("no md5").deepCopy();
    withoutMd5.remove("md5");
    ObjectNode seconds = (ObjectNode) with(rows.get("seconds"), "md5", WRONG);
    double mtime = seconds.get("st_mtime_ns").longValue() / 1e9;
    seconds.put("st_mtime", mtime).remove("st_mtime_ns");
    Stream<JsonNode> altered =
        Stream.concat(facts.stream(), Stream.of("st_nlink"))
            .map(
                fact -> {
                  JsonNode row = with(rows.get(fact), "md5", WRONG);
                  return with(row, fact, row.get(fact).longValue() + 1);
                });
    Path manifest =
        manifest(
            "altered.jsonl",
            Stream.concat(
                altered,
                Stream.of(
                    withoutMd5,
                    seconds,
                    with(with(rows.get("committed"), "md5", WRONG), "state", "committed"))));

    Map<String, String> md5s = fixture.take("second", manifest).md5s();

    assertThat(md5s.remove("st_nlink")).as("a new link alters no content").isEqualTo(WRONG);
    md5s.forEach((path, md5) -> assertThat(md5).as(path).isEqualTo(md5(path)));
  }

  @Test
  void since_snapshotOfTheFolderAbove_isFoundByTheWholePath() throws Exception {
    Trees.write(root, "sub/a", "a");
    Taken above = fixture.take("above").later();
    SnapshotRequest below =
        new SnapshotRequest(
            root + "/sub",
            "top",
            fixture.out("below").toString(),
            null,
            null,
            List.of(above.out().toString()),
            null,
            true);

    Taken taken = fixture.take(below);

    assertThat(taken.rows()).containsOnlyKeys("a");
    assertThat(taken.result().kept()).isEqualTo(1);
  }

  private RunFolder run(Stream<LedgerRow> rows) {
    RunFolder run =
        new RunFolder("file:" + folder, "nightly-1", fixture.spark.hadoopConfiguration());
    run.create();
    run.writeJson(
        RunDescription.FILE,
        new RunDescription(
            RunDescription.FORMAT,
            "nightly-1",
            List.of(),
            null,
            null,
            false,
            2,
            "",
            Map.of(),
            later(),
            "nonce",
            null,
            null,
            null));
    WrittenLedger.write(run, rows.toList(), 3);
    return run;
  }

  /** Makes a row of a ledger with a manifest row's facts and another MD5. */
  private LedgerRow ledgerRow(JsonNode row, Outcome outcome, boolean computed) {
    RecordCodec<LedgerRow> codec = LedgerRow.CODEC;
    LedgerRow any = SampleRows.ledgerRow(outcome, "f", 0, "a", "r", "p", 1L, null, null, "me");
    org.apache.spark.sql.Row columns = codec.toRow(any);
    Object[] values = new Object[columns.length()];
    String[] names = codec.schema().fieldNames();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (names[i]) {
            case "root" -> root.toString();
            case "path" -> row.get("path").textValue();
            case "size" -> row.get("st_size").longValue();
            case "md5" -> WRONG;
            case "md5_computed" -> computed;
            case "st_mtime_ns", "st_ctime_ns", "st_ino" -> row.get(names[i]).longValue();
            default -> columns.get(i);
          };
    }
    return codec.fromRow(org.apache.spark.sql.RowFactory.create(values));
  }

  @Test
  void since_run_countsWhatTheRunComputed() throws Exception {
    for (Outcome outcome : Outcome.values()) {
      Trees.write(root, outcome.name(), outcome.name());
    }
    Map<String, JsonNode> rows = fixture.take("first").rows();
    RunFolder run =
        run(Stream.of(Outcome.values()).map(out -> ledgerRow(rows.get(out.name()), out, true)));

    Taken taken = fixture.take("second", Path.of(folder + "/run_id=nightly-1"));

    assertThat(run.exists()).isTrue();
    Set<String> kept = new TreeSet<>();
    taken.md5s().forEach((path, md5) -> kept.addAll(WRONG.equals(md5) ? Set.of(path) : Set.of()));
    assertThat(kept)
        .containsExactlyInAnyOrder(
            "STAGED", "KNOWN_REMOTE", "KNOWN_STAGING", "DUPLICATE", "CONFLICT");
  }

  @Test
  void since_runThatTrusted_countsWhatItRead() throws Exception {
    for (Outcome outcome : Outcome.values()) {
      Trees.write(root, outcome.name(), outcome.name());
    }
    Map<String, JsonNode> rows = fixture.take("first").rows();
    run(
        Stream.of(Outcome.values())
            .map(out -> ledgerRow(rows.get(out.name()), out, out == Outcome.STAGED)));

    Taken taken = fixture.take("second", Path.of(folder + "/run_id=nightly-1"));

    assertThat(taken.result().kept()).isEqualTo(1);
    assertThat(taken.md5s()).containsEntry("STAGED", WRONG);
  }

  @Test
  void since_runCallsAFileModified_manifestIsNotBelieved() throws Exception {
    Trees.write(root, "a", "a");
    Taken first = fixture.take("first").later();
    run(Stream.of(ledgerRow(first.rows().get("a"), Outcome.MODIFIED, true)));

    Taken taken = fixture.take("second", first.out(), Path.of(folder + "/run_id=nightly-1"));

    assertThat(taken.result().kept()).isZero();
  }

  /** A write in the tick of the clock in which a file was read leaves its times as they are. */
  @Test
  void since_fileThatIsHardlyOlderThanItsReading_isReadAgain() throws Exception {
    Trees.write(root, "a", "a");
    Taken first = fixture.take("first");
    JsonNode row = first.rows().get("a");
    long changed = row.get("st_ctime_ns").longValue() / 1_000_000;
    Path manifest = manifest("m.jsonl", Stream.of(row));
    run(Stream.of(ledgerRow(row, Outcome.STAGED, true)));
    Path run = folder.resolve("run_id=nightly-1");
    List<Path> earlier = List.of(first.out(), manifest, run);
    for (int second = 1; second <= 3; second += 2) {
      StartedAt.set(first.out().resolve("_snapshot"), changed + second * 1_000L);
      Files.setLastModifiedTime(manifest, FileTime.fromMillis(changed + second * 1_000L));
      StartedAt.set(run, changed + second * 1_000L);
      for (Path since : earlier) {
        String out = "after " + second + " since " + since.getFileName();
        assertThat(fixture.take(out, since).result().kept()).as(out).isEqualTo(second / 3);
      }
    }
  }

  /** It can't vouch for its own MD5, but it may well speak against another. */
  @Test
  void since_rowThatIsTooNewContradictsAnother_isReadAgain() throws Exception {
    Trees.write(root, "a", "a");
    Taken first = fixture.take("first").later();
    JsonNode row = first.rows().get("a");
    run(Stream.of(ledgerRow(row, Outcome.STAGED, true)));
    Path run = folder.resolve("run_id=nightly-1");
    StartedAt.set(run, row.get("st_ctime_ns").longValue() / 1_000_000 + 1_000L);

    Taken taken = fixture.take("second", first.out(), run);

    assertThat(taken.result().kept()).isZero();
    assertThat(taken.md5s()).isEqualTo(first.md5s());
  }

  @Test
  void since_snapshotWhoseRecordIsDamaged_isRefused() throws Exception {
    Trees.write(root, "a", "a");
    Path first = fixture.take("first").later().out();
    Files.writeString(first.resolve("_snapshot/run.json"), "{");

    assertThatThrownBy(() -> fixture.take("second", first))
        .isInstanceOfSatisfying(
            JobFailure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.INPUT))
        .hasMessageContaining("The job can't find out when the snapshot of --since began")
        .hasMessageContaining("without --since");
    assertThat(fixture.out("second")).doesNotExist();
  }

  @Test
  void since_fileOfTheFuture_isReadAgain() throws Exception {
    Path file = Trees.write(root, "a", "a");
    Files.setLastModifiedTime(file, FileTime.fromMillis(2 * later()));

    Taken taken = fixture.take("second", fixture.take("first").later().out());

    assertThat(taken.result().kept()).isZero();
  }

  @Test
  void since_runThatHasNotEnded_isRefused() {
    run(Stream.of());
    RunFolder run =
        new RunFolder("file:" + folder, "nightly-1", fixture.spark.hadoopConfiguration());
    run.delete("ledger");

    assertThatThrownBy(() -> fixture.take("second", Path.of(folder + "/run_id=nightly-1")))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("which has not ended");
    assertThat(fixture.out("second")).doesNotExist();
  }

  @Test
  void since_manifestThatIsMissing_isRefusedAndNothingIsWritten() {
    assertThatThrownBy(() -> fixture.take("second", folder.resolve("none")))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("does not exist");
    assertThat(fixture.out("second")).doesNotExist();
  }

  @Test
  void noHash_files_areNotOpenedAndHaveNoMd5UnlessSinceSaysIt() throws Exception {
    Trees.write(root, "old", "old");
    Taken first = fixture.take("first").later();
    Trees.write(root, "new", "new");
    Taken taken;
    Set<String> opened;
    try (OpenedNames names = OpenedNames.in(root)) {
      taken = fixture.take(fixture.request("second", List.of(first.out().toString()), null, false));
      fixture.take(fixture.request("third", List.of(), null, false));
      opened = names.soFar();
    }

    assertThat(opened).isEmpty();
    Map<String, JsonNode> rows = taken.rows();
    assertThat(rows.get("old")).isEqualTo(first.rows().get("old"));
    assertThat(rows.get("new").has("md5")).isFalse();
    assertThat(rows.get("new").get("st_size").longValue()).isEqualTo(3);
    assertThat(new SnapshotFixture.Taken(taken.result(), fixture.out("third")).rows())
        .containsOnlyKeys("old", "new");
  }

  @Test
  void resume_sinceWrittenAnew_isRefused() throws Exception {
    Trees.write(root, "a", "a");
    Path manifest = manifest("m.jsonl", fixture.take("first").rows().values().stream());
    SnapshotRequest request = fixture.request("second", List.of(manifest.toString()), null, true);
    fixture.take(request);
    Files.delete(fixture.out("second").resolve("_SUCCESS"));

    assertThat(fixture.take(request, true).result().kept()).isEqualTo(1);
    Files.writeString(manifest, "\n", java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> fixture.take(request, true))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The snapshot was started with --since 1 manifest file and 0 runs");
    assertThatThrownBy(() -> fixture.take(fixture.request("second", List.of(), null, true), true))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("not none");
  }
}
