package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.snapshot.SnapshotFixture.md5;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ListFormat;
import org.assetstager.snapshot.SnapshotFixture.Taken;
import org.assetstager.snapshot.SnapshotRequest.ListOption;
import org.assetstager.testing.OpenedNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@Tag("spark")
class SnapshotListTest {
  @TempDir Path folder;
  private SnapshotFixture fixture;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    fixture = new SnapshotFixture(folder);
    root = fixture.root;
  }

  /** Writes the files with hostile names, and some that no list names. */
  private Map<String, String> writeTree() throws IOException {
    Map<String, String> md5s = new TreeMap<>();
    for (String name : Trees.HOSTILE_NAMES) {
      String path = md5s.size() % 2 == 0 ? name : "d é/" + name;
      Trees.write(root, path, "content of " + name);
      md5s.put(path, md5("content of " + name));
    }
    Trees.write(root, "not listed", "x");
    Trees.write(root, "d é/not listed", "x");
    return md5s;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void list_endedByNuls_takesEveryNameVerbatim() throws Exception {
    Map<String, String> md5s = writeTree();
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    for (String path : md5s.keySet()) {
      list.writeBytes(utf8(list.size() % 3 == 0 ? root + "/" + path : "./" + path));
      list.write(0);
    }
    Path file = Files.write(folder.resolve("list"), list.toByteArray());

    Taken taken = fixture.takeListed("out", file, ListFormat.AUTO);

    assertThat(taken.md5s()).isEqualTo(md5s);
    assertThat(taken.result().skipped()).isEmpty();
  }

  @Test
  void list_endedByNewlines_takesEveryNameThatHasNone() throws Exception {
    Map<String, String> md5s = writeTree();
    md5s.keySet().removeIf(path -> path.contains("\n"));
    Path file =
        fixture.write(
            "list",
            md5s.keySet().stream().collect(Collectors.joining("\n" + root + "/", root + "/", "")));

    Taken taken = fixture.takeListed("out", file, ListFormat.AUTO);

    assertThat(taken.md5s()).isEqualTo(md5s);
    assertThat(taken.result().skipped()).isEmpty();
  }

  @Test
  void list_csv_takesEveryNameAndItsColumns() throws Exception {
    Map<String, String> md5s = writeTree();
    String rows =
        md5s.keySet().stream()
            .map(path -> "me,\"" + path.replace("\"", "\"\"") + "\",\"text/plain, é\",\r\n")
            .collect(Collectors.joining());
    Path file = fixture.write("list.csv", "created_by,path,mime_type,asset\r\n" + rows);

    Taken taken = fixture.takeListed("out", file, ListFormat.AUTO);

    assertThat(taken.md5s()).isEqualTo(md5s);
    for (JsonNode row : taken.rows().values()) {
      assertThat(row.get("created_by").textValue()).isEqualTo("me");
      assertThat(row.get("mime_type").textValue()).isEqualTo("text/plain, é");
      assertThat(row.has("asset")).isFalse();
    }
  }

  @Test
  void list_whatIsNoFileBelowTheRoot_isSkippedWithItsReason() throws Exception {
    Trees.write(root, "a", "a");
    Trees.write(root, "d/b", "b");
    Trees.write(root, ".asset/x", "x");
    Trees.write(folder, "outside", "x");
    Files.createSymbolicLink(root.resolve("link"), Path.of("a"));
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(root.resolve("away"), folder.resolve("outside"));
    Files.createSymbolicLink(root.resolve("linked"), Path.of("d"));
    Trees.command("mkfifo", root.resolve("fifo").toString());
    Trees.write(root, "d/.nfs00000000027c0a5500000001", "removed while it was open");
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    for (String path :
        List.of(
            "a",
            "./a",
            root + "//a",
            "d/b",
            "gone",
            "a/below a file",
            "link",
            "dangling",
            "away",
            "linked/b",
            "fifo",
            "d/.nfs00000000027c0a5500000001",
            "d",
            ".",
            ".asset/x",
            folder + "/outside",
            root + "2/a",
            "d/../a",
            "",
            "x".repeat(70_000))) {
      list.writeBytes(utf8(path));
      list.write(0);
    }
    list.write(0xFF);
    list.write(0);
    Path file = Files.write(folder.resolve("list"), list.toByteArray());

    Taken taken = fixture.takeListed("out", file, ListFormat.AUTO);

    assertThat(taken.md5s()).isEqualTo(Map.of("a", md5("a"), "d/b", md5("b")));
    assertThat(taken.skipped())
        .isEqualTo(
            new TreeMap<>(
                Map.ofEntries(
                    Map.entry("a", "LISTED_TWICE"),
                    Map.entry("gone", "VANISHED"),
                    Map.entry("a/below a file", "VANISHED"),
                    Map.entry("link", "SYMBOLIC_LINK"),
                    Map.entry("dangling", "SYMBOLIC_LINK"),
                    Map.entry("away", "SYMBOLIC_LINK"),
                    Map.entry("linked/b", "SYMBOLIC_LINK"),
                    Map.entry("fifo", "SPECIAL_FILE"),
                    Map.entry("d/.nfs00000000027c0a5500000001", "REMOVED"),
                    Map.entry("d", "DIRECTORY"),
                    Map.entry(".", "DIRECTORY"),
                    Map.entry(".asset/x", "ASSET_FOLDER"),
                    Map.entry(folder + "/outside", "OUTSIDE_ROOT"),
                    Map.entry(root + "2/a", "OUTSIDE_ROOT"),
                    Map.entry("d/../a", "BAD_ENTRY"),
                    Map.entry("", "BAD_ENTRY"),
                    Map.entry("\ufffd", "NAME_NOT_UTF8"))));
    assertThat(taken.result().skipped())
        .containsEntry(SkipReason.LISTED_TWICE, 2L)
        .containsEntry(SkipReason.BAD_ENTRY, 2L);
  }

  @Test
  void list_csvWithFactsAndMd5_keepsTheMd5OfFilesThatHaveTheFacts() throws Exception {
    for (String name : List.of("same", "larger", "no facts", "bad md5")) {
      Trees.write(root, name, name);
    }
    String claimed = "0123456789abcdef0123456789abcdef";
    Path file =
        fixture.write(
            "list",
            "path,st_size,md5\nsame,4,"
                + claimed
                + "\nlarger,7,"
                + claimed
                + "\nno facts,,"
                + claimed
                + "\nbad md5,,xyz\ntoo,many,fields,here\n");

    Taken taken = fixture.takeListed("out", file, ListFormat.AUTO);

    assertThat(taken.md5s())
        .isEqualTo(Map.of("same", claimed, "larger", md5("larger"), "no facts", claimed));
    assertThat(taken.skipped()).isEqualTo(Map.of("bad md5", "BAD_ENTRY", "too", "BAD_ENTRY"));
  }

  @Test
  void list_byStandardInput_isSpooledAndRemovedAtTheEnd() throws Exception {
    Trees.write(root, "a", "a");
    Trees.write(root, "b", "b");
    SnapshotRequest request =
        fixture.request("out", List.of(), new ListOption("-", ListFormat.AUTO), true);
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(utf8("a\0")));
    try {
      Taken taken = fixture.take(request);
      assertThat(taken.md5s()).isEqualTo(Map.of("a", md5("a")));
      assertThat(taken.out().resolve("_snapshot/list")).doesNotExist();
      assertThat(fixture.take(request, true).result().files()).isEqualTo(1);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void list_thatIsEmpty_isAManifestWithoutRows() throws Exception {
    Trees.write(root, "a", "a");

    Taken taken = fixture.takeListed("out", fixture.write("list", ""), ListFormat.AUTO);

    assertThat(taken.rows()).isEmpty();
    assertThat(taken.out().resolve("_SUCCESS")).exists();
  }

  @Test
  void list_withSince_opensOnlyListedFilesThatChanged() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      Trees.write(root, name, name);
    }
    Taken first = fixture.take("first").later();
    Trees.write(root, "b", "another");
    Trees.write(root, "c", "another");
    Path list = fixture.write("list", "a\nb\na\n");
    try (OpenedNames names = OpenedNames.in(root)) {
      Taken second =
          fixture.take(
              fixture.request(
                  "second",
                  List.of(first.out().toString()),
                  new ListOption(list.toString(), ListFormat.NEWLINE),
                  true));
      assertThat(names.soFar()).containsExactly("b");
      assertThat(second.md5s()).isEqualTo(Map.of("a", md5("a"), "b", md5("another")));
    }
  }

  @Test
  void resume_listWrittenAnew_isRefused() throws Exception {
    Trees.write(root, "a", "a");
    Path list = fixture.write("list", "a\n");
    SnapshotRequest request =
        fixture.request("out", List.of(), new ListOption(list.toString(), ListFormat.AUTO), true);
    fixture.take(request);
    Files.writeString(list, "a\nb\n");

    assertThatThrownBy(() -> fixture.take(request, true))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The snapshot was started with --files-from ");
  }

  @Test
  void list_rootBehindALink_takesPathsByBothNames() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      Trees.write(root, name, name);
    }
    Path link = Files.createSymbolicLink(folder.resolve("by link"), root);
    Path list = fixture.write("list", link + "/a\n" + root.toRealPath() + "/b\nc\n");
    SnapshotRequest request =
        new SnapshotRequest(
            link.toString(),
            "top",
            fixture.out("out").toString(),
            null,
            null,
            List.of(fixture.take("earlier").later().out().toString()),
            new ListOption(list.toString(), ListFormat.AUTO),
            true);

    Taken taken = fixture.take(request);

    assertThat(taken.rows()).containsOnlyKeys("a", "b", "c");
    assertThat(taken.rows().get("a").get("root").textValue()).isEqualTo(link.toString());
    assertThat(taken.result().kept()).isEqualTo(3);
  }

  @Test
  void resume_withoutTheList_isRefused() throws Exception {
    Trees.write(root, "a", "a");
    fixture.takeListed("out", fixture.write("list", "a"), ListFormat.AUTO);

    assertThatThrownBy(() -> fixture.take(fixture.request("out", List.of(), null, true), true))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The snapshot was started with --files-from ")
        .hasMessageContaining(", not none");
  }

  /** Lists on a local disk, which are rewritten as soon as a task has opened them. */
  public static final class Rewritten extends RawLocalFileSystem {
    private static final AtomicInteger OPENED = new AtomicInteger();

    @Override
    public URI getUri() {
      return URI.create("rewritten:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize)
        throws IOException {
      FSDataInputStream in = super.open(file, bufferSize);
      OPENED.incrementAndGet();
      return in;
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path file) throws IOException {
      FileStatus before = super.getFileStatus(file);
      if (OPENED.compareAndSet(2, 3)) {
        Files.writeString(Path.of(file.toUri().getPath()), "b\n");
      }
      return before;
    }
  }

  @Test
  void list_rewrittenWhileItIsRead_stopsAndCommitsNothing() throws Exception {
    Trees.write(root, "a", "a");
    Trees.write(root, "b", "b");
    Path list = fixture.write("list", "a\nb\n");
    fixture.spark.hadoopConfiguration().set("fs.rewritten.impl", Rewritten.class.getName());
    Rewritten.OPENED.set(0);

    assertThatThrownBy(
            () ->
                fixture.take(
                    fixture.request(
                        "out",
                        List.of(),
                        new ListOption("rewritten:" + list, ListFormat.AUTO),
                        true)))
        .isInstanceOfSatisfying(
            JobFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageContaining("wrote to the list of --files-from while the job read it")
        .hasMessageContaining("of 4 bytes")
        .hasMessageContaining("of 2 bytes")
        .hasMessageContaining("Finish the list first");

    assertThat(Rewritten.OPENED).hasValueGreaterThan(1);
    assertThat(fixture.out("out").resolve("_snapshot/steps/walk.json")).doesNotExist();
    assertThat(fixture.out("out").resolve("_SUCCESS")).doesNotExist();
  }

  @Test
  void list_byStandardInputBrokenOff_saysThatNothingCanBeResumed() throws Exception {
    Trees.write(root, "a", "a");
    // A snapshot that was killed as it read its list.
    Path left = Trees.write(fixture.out("out"), "_snapshot/list", "a\0b");
    SnapshotRequest request =
        fixture.request("out", List.of(), new ListOption("-", ListFormat.AUTO), true);

    for (boolean resume : List.of(false, true)) {
      assertThatThrownBy(() -> fixture.take(request, resume))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("broke off before it began")
          .hasMessageContaining("remove the folder, and start the snapshot without --resume");
    }
    assertThat(left).hasContent("a\0b");
  }
}
