package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.assetstager.asset.JobFailure;
import org.assetstager.progress.Phases;
import org.assetstager.progress.ProgressMode;
import org.assetstager.run.Weights;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

@Tag("process")
@Tag("spark")
class SnapshotJobTest {
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());

  @TempDir Path folder;
  private Path root;
  private Path out;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    out = folder.resolve("out of it");
  }

  private Phases phases() {
    return new Phases(spark.sc(), ProgressMode.NONE, null, null, null);
  }

  private static SnapshotRequest request(String root, String topHash, String out) {
    return new SnapshotRequest(root, topHash, out, null, null, List.of(), null, true);
  }

  private SnapshotResult snapshot() {
    return snapshot("top.hash", false, Cut.USUAL);
  }

  private SnapshotResult snapshot(String topHash, boolean resume, Cut cut) {
    return SnapshotJob.run(
        spark, request(root.toString(), topHash, out.toString()), resume, phases(), cut);
  }

  private static List<JsonNode> jsonLines(Path folder) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        for (String line : Files.readString(file).lines().toList()) {
          if (!line.isEmpty()) {
            rows.add(new ObjectMapper().readTree(line));
          }
        }
      }
    }
    return rows;
  }

  private Map<String, JsonNode> rowsByPath() throws IOException {
    Map<String, JsonNode> rows = new TreeMap<>();
    for (JsonNode row : jsonLines(out)) {
      assertThat(rows.put(row.get("path").textValue(), row)).as("twice: " + row).isNull();
    }
    return rows;
  }

  @Test
  void run_treeWithHostileNames_namesEveryFileWithItsExactFacts() throws Exception {
    for (String name : Trees.HOSTILE_NAMES) {
      Trees.write(root, "dir é/" + name, "content of " + name);
    }
    Files.createDirectories(root.resolve("empty/emptier"));
    Files.createFile(root.resolve("empty file"));
    Files.createLink(root.resolve("link"), root.resolve("empty file"));
    SnapshotResult result = snapshot();
    Map<String, JsonNode> rows = rowsByPath();
    assertThat(rows).hasSize(Trees.HOSTILE_NAMES.size() + 2).containsKey("link");
    assertThat(result.files()).isEqualTo(rows.size());
    long bytes = 0;
    for (Map.Entry<String, JsonNode> entry : rows.entrySet()) {
      Path file = root.resolve(entry.getKey());
      JsonNode row = entry.getValue();
      assertThat(row.get("md5").textValue()).isEqualTo(md5(Files.readAllBytes(file)));
      assertThat(row.get("st_size").longValue()).isEqualTo(Files.size(file));
      assertThat(row.get("st_nlink").intValue()).isEqualTo(Files.getAttribute(file, "unix:nlink"));
      assertThat(row.get("st_ino").longValue()).isEqualTo(Files.getAttribute(file, "unix:ino"));
      assertThat(row.get("st_mtime_ns").longValue())
          .isEqualTo(Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS));
      assertThat(row.get("st_ctime_ns").isIntegralNumber()).isTrue();
      bytes += Files.size(file);
    }
    assertThat(result.bytes()).isEqualTo(bytes);
    assertThat(result.skipped()).isEmpty();
  }

  @Test
  void run_fileOfTheYear2300_hasItsExactTime() throws Exception {
    Path file = Trees.write(root, "a", "x");
    assertThat(
            new ProcessBuilder("touch", "-d", "@10413792000.123456789", file.toString())
                .start()
                .waitFor())
        .isZero();

    snapshot();

    assertThat(rowsByPath().get("a").get("st_mtime_ns").bigIntegerValue())
        .isEqualTo(new BigInteger("10413792000123456789"));
  }

  @Test
  void run_hugeSparseFiles_areSkippedByTheirSize() throws IOException {
    // Few other file systems have files of this size.
    root = Files.createTempDirectory(Path.of("/dev/shm"), "huge");
    try {
      for (String name : new String[] {"a", "b"}) {
        try (RandomAccessFile huge = new RandomAccessFile(root.resolve(name).toFile(), "rw")) {
          huge.setLength(Long.MAX_VALUE);
        }
      }

      SnapshotResult result = snapshot();

      assertThat(result.skipped()).isEqualTo(Map.of(SkipReason.TOO_LARGE, 2L));
      assertThat(result.examples().get(0).detail()).isEqualTo("9223372036854775807 bytes");
      assertThat(result.files()).isZero();
    } finally {
      Files.delete(root.resolve("a"));
      Files.delete(root.resolve("b"));
      Files.delete(root);
    }
  }

  @Test
  void places_parentOfALink_areWhereTheSystemFindsThem() throws IOException {
    Path real = folder.toRealPath();
    Files.createDirectories(real.resolve("far/away"));
    Files.createDirectory(real.resolve("far/x"));
    Files.createSymbolicLink(real.resolve("LINK"), real.resolve("far/away"));

    SnapshotPlaces places =
        SnapshotPlaces.of(request(real + "/LINK/../x", "t", "file:" + real + "/LINK/../out"), true);

    assertThat(places.root().path()).isEqualTo(real.resolve("far/x"));
    assertThat(places.out()).hasToString("file:" + real + "/far/out");
    assertThat(SnapshotPlaces.of(request(root.toString(), "t", real + "/LINK/../out"), true).out())
        .hasToString("file:" + real + "/far/out");
    assertThatThrownBy(
            () -> SnapshotPlaces.of(request(real + "/far/x", "t", real + "/LINK/../x/out"), true))
        .hasMessageContaining("is below the root");
  }

  @Test
  void run_anyTree_writesTheRowFormatAndSuccess() throws IOException {
    Trees.write(root, "a", "x");
    SnapshotResult result =
        SnapshotJob.run(
            spark,
            new SnapshotRequest(
                root + "/../root",
                "top",
                "file:" + out,
                "class 1",
                "asset 1",
                List.of(),
                null,
                true),
            false,
            phases());
    assertThat(rowsByPath().get("a").fieldNames())
        .toIterable()
        .containsExactly(
            "top_hash",
            "root",
            "path",
            "state",
            "st_size",
            "st_mtime_ns",
            "st_ctime_ns",
            "st_nlink",
            "st_ino",
            "md5",
            "class_id",
            "asset");
    JsonNode row = rowsByPath().get("a");
    assertThat(row.get("root").textValue()).isEqualTo(root.toString());
    assertThat(row.get("top_hash").textValue()).isEqualTo("top");
    assertThat(row.get("state").textValue()).isEqualTo("pending");
    assertThat(row.get("class_id").textValue()).isEqualTo("class 1");
    assertThat(row.get("asset").textValue()).isEqualTo("asset 1");
    assertThat(out.resolve("_SUCCESS"))
        .hasContent("{\"manifest_files\":" + parts() + ",\"manifest_rows\":1}");
    assertThat(out.resolve("_snapshot/steps"))
        .isDirectoryNotContaining(file -> file.toFile().isDirectory());
    assertThat(result.out()).isEqualTo("file:" + out);
  }

  @Test
  void run_emptyRoot_isAManifestWithoutRows() throws IOException {
    assertThat(snapshot().files()).isZero();
    assertThat(jsonLines(out)).isEmpty();
    assertThat(out.resolve("_SUCCESS"))
        .hasContent("{\"manifest_files\":" + parts() + ",\"manifest_rows\":0}");
  }

  private long parts() throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-")).count();
    }
  }

  @Test
  void run_moreEntriesThanOneRound_findsEachOnce() throws IOException {
    for (int i = 0; i < 600; i++) {
      Trees.write(root, "d" + i / 10 % 7 + "/" + i / 10 + "/f" + i, "x");
    }
    SnapshotResult result = snapshot("top", false, new Cut(20, 10 * Weights.OF_FILE));
    assertThat(result.files()).isEqualTo(600);
    assertThat(rowsByPath()).hasSize(600);
  }

  @Test
  void run_whatIsNoRegularFile_isCountedNamedAndShown() throws Exception {
    Trees.write(root, "file", "x");
    Trees.write(root, ".asset/x", "x");
    Trees.command("mkfifo", root.resolve("fifo").toString());
    Trees.writeUnrepresentable(root);
    for (int i = 0; i < 25; i++) {
      Files.createSymbolicLink(root.resolve("link" + i), Path.of("file"));
    }
    SnapshotResult result = snapshot();
    assertThat(result.files()).isEqualTo(1);
    assertThat(result.skipped())
        .isEqualTo(
            Map.of(
                SkipReason.ASSET_FOLDER, 1L,
                SkipReason.SPECIAL_FILE, 1L,
                SkipReason.NAME_NOT_UTF8, 1L,
                SkipReason.SYMBOLIC_LINK, 25L));
    assertThat(result.examples()).hasSize(20);
    assertThat(jsonLines(out.resolve("_skipped"))).hasSize(28);
    StringWriter text = new StringWriter();
    result.print(new PrintWriter(text, true));
    assertThat(text.toString())
        .startsWith("snapshot  1 file  1 B  in " + out + "\n")
        .contains("skipped  25: a symbolic link\n")
        .contains("\n  .asset  the asset manager's folder .asset")
        .contains("... and 8 more: all of them are in " + out + "/_skipped\n");
  }

  @Test
  void run_outBelowTheRoot_isRefusedAndNothingIsWritten() throws IOException {
    Files.createSymbolicLink(folder.resolve("alias"), root);
    for (String below : List.of("root/x", "root/x/y/z", "alias/x", "root/../root/x")) {
      out = folder.resolve(below);
      assertThatThrownBy(this::snapshot)
          .isInstanceOfSatisfying(
              JobFailure.class,
              failure -> assertThat(failure.kind()).isEqualTo(JobFailure.Kind.INPUT))
          .hasMessageContaining("is below the root");
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void run_outExists_isRefusedAndKept() throws IOException {
    Trees.write(out, "mine", "x");
    assertThatThrownBy(this::snapshot)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("exists already")
        .hasMessageContaining("_SUCCESS");
    assertThat(out.resolve("mine")).hasContent("x");
  }

  @Test
  void run_badRootOrTopHash_saysWhich() {
    assertThatThrownBy(
            () ->
                SnapshotJob.run(spark, request(root + "/no", "t", out.toString()), false, phases()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(root + "/no' is not a directory");
    assertThatThrownBy(() -> snapshot("a/b", false, Cut.USUAL))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("'a/b' is not a top hash");
    assertThat(out).doesNotExist();
  }

  @Test
  void out_withoutScheme_isRefusedOnACluster() {
    assertThatThrownBy(() -> SnapshotPlaces.of(request(root.toString(), "t", "/out"), false))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("'/out' has no scheme");
  }

  @Test
  void inode_aboveTheSignedRange_isWrittenUnsigned() {
    SnapshotEntry huge =
        new SnapshotEntry(
            SnapshotEntry.Kind.FILE,
            "p",
            1,
            BigInteger.TWO,
            BigInteger.TEN,
            4,
            -1,
            "md5",
            null,
            null,
            null);
    SnapshotRequest request = request("/r", "t", "o");
    assertThat(ManifestTask.line(huge, "/r", request).toString())
        .contains("\"st_ino\":" + BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
  }

  /** Kills the tasks of the first stage that reads files, once one of them has ended. */
  private static final class KillHashing extends SparkListener {
    private final JavaSparkContext spark;

    KillHashing(JavaSparkContext spark) {
      this.spark = spark;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      if (task.taskInfo().successful()
          && CollectionConverters.asJava(task.taskInfo().accumulables()).stream()
              .anyMatch(counter -> counter.name().contains("hash files"))) {
        spark.sc().cancelStage(task.stageId());
      }
    }
  }

  /** Breaks a snapshot off that has hashed {@code small} and is at {@code large}. */
  private void breakOff() throws IOException {
    Trees.write(root, "small", "as hashed");
    Trees.write(root, "later", "x");
    try (RandomAccessFile large = new RandomAccessFile(root.resolve("large").toFile(), "rw")) {
      large.setLength(1L << 40);
    }
    KillHashing killer = new KillHashing(spark);
    spark.sc().addSparkListener(killer);
    try {
      // Each file is a work file, and two are read at a time.
      assertThatThrownBy(() -> snapshot("t", false, new Cut(100, 1)))
          .hasStackTraceContaining("cancelled");
    } finally {
      spark.sc().removeSparkListener(killer);
    }
    Files.delete(root.resolve("large"));
    Trees.write(root, "large", "not so large");
  }

  @Test
  void resume_afterACrash_readsNoFileAgain() throws Exception {
    breakOff();
    assertThat(out.resolve("_SUCCESS")).doesNotExist();
    Map<String, String> hashedBefore = new TreeMap<>();
    for (String path : List.of("small", "later")) {
      hashedBefore.put(path, md5(Files.readAllBytes(root.resolve(path))));
      Trees.write(root, path, "written since");
    }

    SnapshotResult result = snapshot("t", true, Cut.USUAL);

    assertThat(result.files()).isEqualTo(3);
    Map<String, JsonNode> rows = rowsByPath();
    assertThat(rows).containsOnlyKeys("small", "later", "large");
    assertThat(rows.get("large").get("md5").textValue())
        .isEqualTo(md5("not so large".getBytes(StandardCharsets.UTF_8)));
    assertThat(hashedBefore)
        .anySatisfy(
            (path, md5) -> assertThat(rows.get(path).get("md5").textValue()).isEqualTo(md5));
    assertThat(out.resolve("_SUCCESS"))
        .hasContent("{\"manifest_files\":" + parts() + ",\"manifest_rows\":3}");
  }

  @Test
  void resume_askedForInAnotherWay_isRefused() throws Exception {
    breakOff();

    assertThatThrownBy(() -> snapshot("another", true, Cut.USUAL))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The snapshot was started with --top-hash t, not another");
    Path other = Files.move(root, folder.resolve("moved"));
    Files.createDirectory(root);
    assertThatThrownBy(() -> snapshot("t", true, Cut.USUAL))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The snapshot was started with a root that is ");
    assertThat(other.resolve("small")).exists();
  }

  @Test
  void resume_classIdNamedNone_isAnotherThanNoClassId() throws IOException {
    Trees.write(root, "a", "x");
    snapshot();
    SnapshotRequest named =
        new SnapshotRequest(
            root.toString(), "top.hash", out.toString(), "none", null, List.of(), null, true);

    assertThatThrownBy(() -> SnapshotJob.run(spark, named, true, phases()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The snapshot was started with --class-id none, not 'none'");
  }

  @Test
  void resume_nothingBegun_isRefusedAndNothingIsWritten() {
    assertThatThrownBy(() -> snapshot("t", true, Cut.USUAL))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("There is no snapshot to resume");
    assertThat(out).doesNotExist();
  }

  @Test
  void resume_wholeSnapshot_tellsOfItAgain() throws IOException {
    Trees.write(root, "a", "x");
    Files.createSymbolicLink(root.resolve("link"), Path.of("a"));
    SnapshotResult before = snapshot();
    Trees.write(root, "b", "y");

    SnapshotResult again = snapshot("top.hash", true, Cut.USUAL);

    assertThat(again.files()).isEqualTo(before.files()).isEqualTo(1);
    assertThat(again.bytes()).isEqualTo(before.bytes());
    assertThat(again.skipped()).isEqualTo(Map.of(SkipReason.SYMBOLIC_LINK, 1L));
    assertThat(rowsByPath()).containsOnlyKeys("a");
  }

  @Test
  void resume_brokenOffBeforeSuccess_publishesTheRest() throws IOException {
    Trees.write(root, "a", "x");
    snapshot();
    Files.delete(out.resolve("_SUCCESS"));

    snapshot("top.hash", true, Cut.USUAL);

    assertThat(rowsByPath()).containsOnlyKeys("a");
    assertThat(out.resolve("_SUCCESS")).hasContent("{\"manifest_files\":1,\"manifest_rows\":1}");
  }

  private static String md5(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
  }
}
