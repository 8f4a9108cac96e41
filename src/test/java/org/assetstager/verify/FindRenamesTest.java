package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.testing.TestSpark;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.reflect.ClassTag;

class FindRenamesTest {
  @TempDir Path folder;
  private final SparkSession spark = TestSpark.session();
  private final List<VerifiedRow> rows = new ArrayList<>();
  private AssetRoot root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = AssetRoot.open(Files.createDirectory(folder.resolve("root")).toString());
  }

  private Path file(String name) throws IOException {
    Path file = root.path().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "content of " + name);
  }

  /** Adds a file to the manifest, as it is now. */
  private void add(String name, Verdict verdict) throws IOException {
    add(Rows.added(root, name, null), verdict);
  }

  private void add(ManifestRow row, Verdict verdict) {
    add(row, verdict, null);
  }

  private void add(ManifestRow row, Verdict verdict, @Nullable Long inodeFound) {
    rows.add(
        new VerifiedRow(
            Rows.at(row, rows.size()),
            verdict,
            null,
            null,
            null,
            null,
            inodeFound,
            verdict == Verdict.UNCHANGED ? "0".repeat(32) : null,
            false,
            null,
            null,
            null,
            0));
  }

  private void rename(String from, String to) throws IOException {
    Path target = root.path().resolve(to);
    Files.createDirectories(target.getParent());
    Files.move(root.path().resolve(from), target);
  }

  private Dataset<Row> verified() {
    return spark.createDataFrame(
        rows.stream().map(VerifyFiles.VERIFIED::toRow).toList(), VerifyFiles.VERIFIED.schema());
  }

  private ExecutorChecks checks() {
    String nonce = UUID.randomUUID().toString();
    RunFolder run = new RunFolder("file://" + folder, nonce, new Configuration());
    run.create();
    run.writeJson(
        RunDescription.FILE,
        new RunDescription(
            RunDescription.FORMAT,
            nonce,
            List.of(),
            null,
            null,
            false,
            1,
            "fingerprint",
            Map.of(),
            0,
            nonce));
    Map<String, AssetRoot.Seen> seen = Map.of(root.path().toString(), root.seen());
    return new ExecutorChecks(
        run, nonce, spark.sparkContext().broadcast(seen, ClassTag.apply(Map.class)), List.of());
  }

  /** Old path to new path, of all rows that are renamed. */
  private Map<String, String> renames(FindRenamed where) {
    Dataset<Row> found = FindRenames.find(verified(), where, checks());
    Dataset<Row> applied = FindRenames.apply(verified(), found);
    assertThat(applied.schema().fieldNames()).isEqualTo(VerifyFiles.VERIFIED.schema().fieldNames());
    Map<String, String> renames = new TreeMap<>();
    List<VerifiedRow> all =
        applied.collectAsList().stream().map(VerifyFiles.VERIFIED::fromRow).toList();
    assertThat(all)
        .extracting(row -> row.row().manifestPosition())
        .containsExactlyInAnyOrderElementsOf(
            rows.stream().map(row -> row.row().manifestPosition()).toList());
    for (VerifiedRow row : all) {
      assertThat(row.renamedTo() != null).isEqualTo(row.verdict() == Verdict.RENAMED);
      if (row.renamedTo() != null) {
        renames.put(row.row().path(), row.renamedTo());
      } else {
        int position = (int) row.row().manifestPosition();
        assertThat(row.verdict()).isEqualTo(rows.get(position).verdict());
      }
    }
    return renames;
  }

  @Test
  void find_renamedInItsDirectory_isFoundInBothModes() throws IOException {
    file("d é/x.txt");
    file("top.txt");
    file("stays");
    file("d é/gone");
    add("d é/x.txt", Verdict.DELETED);
    add("top.txt", Verdict.DELETED);
    add("stays", Verdict.UNCHANGED);
    add("d é/gone", Verdict.DELETED);
    rename("d é/x.txt", "d é/y # ?.txt");
    rename("top.txt", "bottom.txt");
    Files.delete(root.path().resolve("d é/gone"));

    for (FindRenamed where : List.of(FindRenamed.DIRECTORY, FindRenamed.ROOT)) {
      assertThat(renames(where))
          .containsExactly(
              Map.entry("d é/x.txt", "d é/y # ?.txt"), Map.entry("top.txt", "bottom.txt"));
    }
  }

  @Test
  void find_movedToAnotherDirectory_isFoundByRootOnly() throws IOException {
    file("a/x.txt");
    add("a/x.txt", Verdict.DELETED);
    rename("a/x.txt", "b/c/x.txt");

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
    assertThat(renames(FindRenamed.ROOT)).containsExactly(Map.entry("a/x.txt", "b/c/x.txt"));
  }

  @Test
  void find_directoryRenamed_isFoundByRootOnly() throws IOException {
    file("a/x.txt");
    add("a/x.txt", Verdict.DELETED);
    Files.move(root.path().resolve("a"), root.path().resolve("z"));

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
    assertThat(renames(FindRenamed.ROOT)).containsExactly(Map.entry("a/x.txt", "z/x.txt"));
  }

  @Test
  void find_newPathIsARowItself_isNoRename() throws IOException {
    file("old");
    add("old", Verdict.DELETED);
    rename("old", "new");
    add("new", Verdict.UNCHANGED);

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
    assertThat(renames(FindRenamed.ROOT)).isEmpty();
  }

  @Test
  void find_newPathIsARowByWayOfALinkToItsDirectory_isNoRename() throws IOException {
    Path old = file("real/old");
    Files.createSymbolicLink(root.path().resolve("link"), old.getParent());
    add("real/old", Verdict.DELETED);
    rename("real/old", "real/new");
    add(
        Rows.added(root, "link/new", null),
        Verdict.UNCHANGED,
        FileFacts.ofPath(root.path().resolve("real/new")).inode());

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
  }

  @Test
  void find_hardLinksLeft_namesTheFirstThatIsNoRow() throws IOException {
    Path file = file("old");
    Files.createLink(root.path().resolve("a-row"), file);
    Files.createLink(root.path().resolve("c"), file);
    Files.createLink(root.path().resolve("b"), file);
    add("old", Verdict.DELETED);
    add(Rows.added(root, "a-row", null), Verdict.UNCHANGED, FileFacts.ofPath(file).inode());
    rename("old", "d");

    assertThat(renames(FindRenamed.DIRECTORY)).containsExactly(Map.entry("old", "b"));
  }

  @Test
  void find_hardLinkDeleted_isNoRename() throws IOException {
    Path file = file("old");
    Files.createLink(root.path().resolve("other"), file);
    add("old", Verdict.DELETED);
    Files.delete(file);

    // The link that is left has one link less than was stored.
    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
  }

  @Test
  void find_writtenToSince_isNoRename() throws IOException {
    file("old");
    add("old", Verdict.DELETED);
    rename("old", "new");
    Files.writeString(root.path().resolve("new"), "another content");

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
  }

  @Test
  void find_inodeThatIsNegativeAsALong_isNoProblem() throws IOException {
    FileFacts facts = FileFacts.ofPath(file("old"));
    FileFacts huge =
        new FileFacts(
            facts.size(), facts.modified(), facts.changed(), 1, -2, facts.device(), 0100644);
    add(Rows.added(root, "old", huge, null), Verdict.DELETED);
    rename("old", "new");

    assertThat(renames(FindRenamed.ROOT)).isEmpty();
  }

  @Test
  void find_twoRowsOfOneFile_areBothRenamed() throws IOException {
    file("old");
    add("old", Verdict.DELETED);
    add("old", Verdict.DELETED);
    rename("old", "new");

    Dataset<Row> found = FindRenames.find(verified(), FindRenamed.DIRECTORY, checks());

    TestSpark.assertRows(
        found,
        FindRenames.RENAMES.schema(),
        List.of(
            FindRenames.RENAMES.toRow(new Renamed("manifest", 0, "new")),
            FindRenames.RENAMES.toRow(new Renamed("manifest", 1, "new"))));
  }

  @Test
  void find_nothingMissing_isNothing() throws IOException {
    file("here");
    add("here", Verdict.UNCHANGED);

    assertThat(FindRenames.missing(verified()).isEmpty()).isTrue();
    assertThat(renames(FindRenamed.ROOT)).isEmpty();
  }

  @Test
  void find_manyMissingInManyDirectories_findsEach() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      String directory = "d" + i % 12;
      file(directory + "/old" + i);
      add(directory + "/old" + i, Verdict.DELETED);
      rename(directory + "/old" + i, directory + "/new" + i);
      expected.put(directory + "/old" + i, directory + "/new" + i);
    }

    assertThat(renames(FindRenamed.DIRECTORY)).isEqualTo(expected);
  }
}
