package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Tag("spark")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RenameStepTest {
  private static final String SCAN = "scan";
  private static final String MISSING = "missing";
  private static final String CANDIDATES = "candidates";

  @TempDir Path folder;
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private final List<Candidate> rows = new ArrayList<>();
  private AssetRoot root;
  private StepOutput output;
  private RunFolder run;

  @BeforeEach
  void makeRoot() throws IOException {
    root = makeRoot("root");
    run = RunFolders.begun(folder, "r", "nonce");
    output = new StepOutput(run, "nonce");
  }

  private AssetRoot makeRoot(String name) throws IOException {
    return AssetRoot.open(Files.createDirectory(folder.resolve(name)).toString());
  }

  private Path file(String name) throws IOException {
    Path file = root.path().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "content of " + name);
  }

  /** Adds a file to the manifest, as it is now, that the scan won't find. */
  private void addMissing(String name) throws IOException {
    addMissing(Rows.added(root, name, null));
  }

  private void addMissing(ManifestRow row) {
    add(row, Verdict.DELETED, SeenFacts.NONE);
  }

  /** Adds a file to the manifest, as it is now, that the scan finds. */
  private void addFound(String name) throws IOException {
    FileFacts facts = UnixFiles.facts(root.realPath().resolve(name));
    add(Rows.added(root, name, null), Verdict.UNCHANGED, SeenFacts.of(facts));
  }

  private void add(ManifestRow row, Verdict verdict, SeenFacts seen) {
    VerifiedRow found =
        new VerifiedRow(
            Rows.at(row, rows.size()),
            verdict,
            verdict == Verdict.DELETED ? "Nothing is at the path" : null,
            null,
            seen,
            null,
            false,
            null,
            null,
            null,
            7);
    rows.add(new Candidate(found, root.realPath().toString(), root.inode()));
  }

  private void rename(String from, String to) throws IOException {
    Path target = root.path().resolve(to);
    Files.createDirectories(target.getParent());
    Files.move(root.path().resolve(from), target);
  }

  /** Writes rows as they are. */
  private record AsTheyAre() implements LastRows {
    @Override
    public void add(VerifiedRow row, TaskFiles files) {
      files.add("found", VerifiedRow.CODEC, row, 0);
    }
  }

  /** Writes the rows of a kind as the scan does, in two files. */
  private List<StepFile> written(String kind) throws Exception {
    List<Candidate> ofKind =
        rows.stream()
            .filter(row -> (row.found().verdict() == Verdict.DELETED) == kind.equals(MISSING))
            .toList();
    int half = (ofKind.size() + 1) / 2;
    List<StepFile> files = new ArrayList<>();
    for (List<Candidate> part :
        List.of(ofKind.subList(0, half), ofKind.subList(half, ofKind.size()))) {
      if (!part.isEmpty()) {
        int number = files.size();
        files.add(InTask.call(() -> write(kind, number, part)));
      }
    }
    return files;
  }

  private StepFile write(String kind, int number, List<Candidate> part) {
    try (RecordWriter writer =
        output.create(SCAN, kind, number, Candidate.CODEC, false, Map.of())) {
      part.forEach(row -> writer.add(Candidate.CODEC, row, 0));
      return writer.finish(Map.of());
    }
  }

  private List<VerifiedRow> search(FindRenamed where) throws Exception {
    List<StepFile> missing = written(MISSING);
    List<StepFile> all = new ArrayList<>(missing);
    all.addAll(written(CANDIDATES));
    Roots roots = new Roots(run, "nonce", List.of(), List.of());
    List<StepFile> files =
        new RenameStep(spark, output, roots, where, 5).run(SCAN, missing, all, new AsTheyAre());
    assertThat(files).extracting(StepFile::number).doesNotHaveDuplicates();
    List<VerifiedRow> found = new ArrayList<>();
    InTask.run(
        () -> {
          for (StepFile file : files) {
            output.read(RenameStep.STEP, file, VerifiedRow.CODEC).forEachRemaining(found::add);
          }
          return null;
        });
    assertThat(found)
        .extracting(row -> row.row().manifestPosition())
        .containsExactlyInAnyOrderElementsOf(
            rows.stream()
                .filter(row -> row.found().verdict() == Verdict.DELETED)
                .map(row -> row.found().row().manifestPosition())
                .toList());
    return found;
  }

  /** Old path to new path, of all rows that are renamed. */
  private Map<String, String> renames(FindRenamed where) throws Exception {
    Map<String, String> renames = new TreeMap<>();
    for (VerifiedRow row : search(where)) {
      VerifiedRow before = rows.get((int) row.row().manifestPosition()).found();
      if (row.verdict() == Verdict.RENAMED) {
        renames.put(row.row().path(), row.renamedTo());
        assertThat(row).isEqualTo(before.renamed(row.renamedTo()));
      } else {
        assertThat(row).isEqualTo(before);
      }
    }
    return renames;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "OFF")
  void run_renamedInItsDirectory_isFoundWhereverIsSearched(FindRenamed where) throws Exception {
    file("d é/x.txt");
    file("top.txt");
    file("stays");
    file("d é/gone");
    addMissing("d é/x.txt");
    addMissing("top.txt");
    addFound("stays");
    addMissing("d é/gone");
    rename("d é/x.txt", "d é/y # ?.txt");
    rename("top.txt", "bottom.txt");
    Files.delete(root.path().resolve("d é/gone"));

    assertThat(renames(where))
        .containsExactly(
            Map.entry("d é/x.txt", "d é/y # ?.txt"), Map.entry("top.txt", "bottom.txt"));
  }

  @Test
  void run_movedToAnotherDirectory_isFoundInTheRootOnly() throws Exception {
    file("a/x.txt");
    addMissing("a/x.txt");
    rename("a/x.txt", "b/c/x.txt");

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
    assertThat(renames(FindRenamed.ROOT)).containsExactly(Map.entry("a/x.txt", "b/c/x.txt"));
    assertThat(renames(FindRenamed.AUTO)).containsExactly(Map.entry("a/x.txt", "b/c/x.txt"));
  }

  @Test
  void run_directoryRenamed_isFoundInTheRootOnly() throws Exception {
    file("a/x.txt");
    addMissing("a/x.txt");
    Files.move(root.path().resolve("a"), root.path().resolve("z"));

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
    assertThat(renames(FindRenamed.ROOT)).containsExactly(Map.entry("a/x.txt", "z/x.txt"));
    assertThat(renames(FindRenamed.AUTO)).containsExactly(Map.entry("a/x.txt", "z/x.txt"));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "OFF")
  void run_newPathIsARowItself_isNoRename(FindRenamed where) throws Exception {
    file("old");
    addMissing("old");
    rename("old", "new");
    addFound("new");

    assertThat(renames(where)).isEmpty();
  }

  /** A row that isn't added names its path too, though nobody looked at a file. */
  @Test
  void run_newPathIsARowThatWasNotLookedAt_isNoRename() throws Exception {
    file("old");
    addMissing("old");
    rename("old", "new");
    add(Rows.added(root, "new", null), Verdict.NOT_ADDED, SeenFacts.NONE);

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
  }

  @Test
  void run_rowOfAnotherRootHasThePath_isARename() throws Exception {
    file("old");
    addMissing("old");
    rename("old", "new");
    AssetRoot mine = root;
    root = makeRoot("another root");
    file("new");
    addFound("new");
    root = mine;

    assertThat(renames(FindRenamed.AUTO)).containsExactly(Map.entry("old", "new"));
  }

  @Test
  void run_newPathIsARowByWayOfALinkToItsDirectory_isNoRename() throws Exception {
    Path old = file("real/old");
    Files.createSymbolicLink(root.path().resolve("link"), old.getParent());
    addMissing("real/old");
    rename("real/old", "real/new");
    addFound("link/new");

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
  }

  @Test
  void run_hardLinksLeft_namesTheFirstThatIsNoRow() throws Exception {
    Path file = file("old");
    Files.createLink(root.path().resolve("a-row"), file);
    Files.createLink(root.path().resolve("c"), file);
    Files.createLink(root.path().resolve("b"), file);
    addMissing("old");
    addFound("a-row");
    rename("old", "d");

    assertThat(renames(FindRenamed.DIRECTORY)).containsExactly(Map.entry("old", "b"));
  }

  @Test
  void run_veryManyHardLinks_aRowIsStillRenamedOnce() throws Exception {
    Path file = file("old");
    for (int i = 100; i < 300; i++) {
      Files.createLink(root.path().resolve("link" + i), file);
    }
    addMissing("old");
    addMissing("old");
    addFound("link100");
    Files.delete(file);
    Files.createLink(root.path().resolve("link300"), root.path().resolve("link100"));

    assertThat(search(FindRenamed.ROOT))
        .extracting(VerifiedRow::renamedTo)
        .containsExactly("link101", "link101");
  }

  @Test
  void run_hardLinkDeleted_isNoRename() throws Exception {
    Path file = file("old");
    Files.createLink(root.path().resolve("other"), file);
    addMissing("old");
    Files.delete(file);

    // The link that is left has one link less than was stored.
    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
  }

  @Test
  void run_writtenToSince_isNoRename() throws Exception {
    file("old");
    addMissing("old");
    rename("old", "new");
    Files.writeString(root.path().resolve("new"), "another content");

    assertThat(renames(FindRenamed.DIRECTORY)).isEmpty();
  }

  @Test
  void run_inodeThatIsNegativeAsALong_isNoProblem() throws Exception {
    FileFacts facts = UnixFiles.facts(file("old"));
    FileFacts huge =
        new FileFacts(
            facts.size(), facts.modified(), facts.changed(), 1, -2, 0, 0100644, 1000, 100);
    addMissing(Rows.added(root, "old", huge, null));
    rename("old", "new");

    assertThat(renames(FindRenamed.ROOT)).isEmpty();
  }

  @Test
  void run_twoRowsOfOneFile_areBothRenamed() throws Exception {
    file("old");
    addMissing("old");
    addMissing("old");
    rename("old", "new");

    assertThat(search(FindRenamed.DIRECTORY))
        .extracting(VerifiedRow::renamedTo)
        .containsExactly("new", "new");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "OFF")
  void run_manyMissingInManyDirectories_findsEach(FindRenamed where) throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      String directory = "d" + i % 12;
      file(directory + "/old" + i);
      addMissing(directory + "/old" + i);
      rename(directory + "/old" + i, directory + "/new" + i);
      expected.put(directory + "/old" + i, directory + "/new" + i);
    }

    assertThat(renames(where)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "OFF")
  void run_severalRoots_areSearchedEach(FindRenamed where) throws Exception {
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < 7; i++) {
      root = makeRoot("root" + i);
      file("same/old" + i);
      addMissing("same/old" + i);
      rename("same/old" + i, "same/new" + i);
      expected.put("same/old" + i, "same/new" + i);
    }

    assertThat(renames(where)).isEqualTo(expected);
  }

  @Test
  void run_rootOfMoreEntriesThanRows_endsAndSaysSo() throws Exception {
    fill(11_000);
    file("a/old");
    addMissing("a/old");
    Files.delete(root.path().resolve("a/old"));

    assertThat(search(FindRenamed.AUTO))
        .singleElement()
        .satisfies(row -> assertThat(row.verdict()).isEqualTo(Verdict.DELETED))
        .extracting(VerifiedRow::detail)
        .isEqualTo(
            "SEARCH_ENDED: its new path was looked for among 10000 entries below the root, which"
                + " has more; Nothing is at the path");
    assertThat(renames(FindRenamed.ROOT)).isEmpty();
  }

  @Test
  void run_rootOfAsManyRowsAsEntries_isSearchedToItsEnd() throws Exception {
    fill(10_050);
    file("a/old");
    addMissing("a/old");
    AssetRoot mine = root;
    root = makeRoot("another root");
    addNotAdded(2_100);
    root = mine;
    addNotAdded(8_000);

    Files.delete(root.path().resolve("a/old"));
    // The other root's rows don't count.
    assertThat(search(FindRenamed.AUTO).get(0).detail()).startsWith("SEARCH_ENDED");

    addNotAdded(2_100);
    assertThat(search(FindRenamed.AUTO).get(0).detail()).isEqualTo("Nothing is at the path");
  }

  private void addNotAdded(int count) throws IOException {
    ManifestRow row = Rows.added(root, "not added", UnixFiles.facts(root.realPath()), null);
    for (int i = 0; i < count; i++) {
      add(row, Verdict.NOT_ADDED, SeenFacts.NONE);
    }
  }

  private void fill(int files) throws IOException {
    Path filler = Files.createDirectory(root.path().resolve("m"));
    for (int i = 0; i < files; i++) {
      Files.createFile(filler.resolve("f" + i));
    }
  }

  @Test
  void run_fewRows_takesOneJobAndAnotherForMatches() throws Exception {
    file("old");
    addMissing("old");
    addFoundFiller();
    rename("old", "elsewhere/new");

    assertThat(jobs(FindRenamed.AUTO)).isEqualTo(2);
    assertThat(jobs(FindRenamed.DIRECTORY)).isEqualTo(1);
  }

  private void addFoundFiller() throws IOException {
    file("there");
    addFound("there");
  }

  private int jobs(FindRenamed where) throws Exception {
    List<StepFile> missing = written(MISSING);
    List<StepFile> all = new ArrayList<>(missing);
    all.addAll(written(CANDIDATES));
    String group = UUID.randomUUID().toString();
    spark.setJobGroup(group, group);
    try {
      new RenameStep(spark, output, new Roots(run, "nonce", List.of(), List.of()), where, 5)
          .run(SCAN, missing, all, new AsTheyAre());
    } finally {
      spark.clearJobGroup();
    }
    return spark.statusTracker().getJobIdsForGroup(group).length;
  }

  @Test
  void run_rootIsAnotherThanTheScanSaw_failsTheJob() throws Exception {
    file("old");
    addMissing("old");
    Files.move(root.path(), folder.resolve("unmounted"));
    Files.createDirectory(root.path());

    assertThatThrownBy(() -> search(FindRenamed.AUTO))
        .hasMessageContaining(JobFailure.class.getName())
        .hasMessageContaining("The root '" + root.path() + "'")
        .hasMessageContaining("it is another directory");
  }

  @Test
  void new_off_isRefused() {
    assertThatThrownBy(
            () ->
                new RenameStep(
                    spark,
                    output,
                    new Roots(run, "nonce", List.of(), List.of()),
                    FindRenamed.OFF,
                    1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
