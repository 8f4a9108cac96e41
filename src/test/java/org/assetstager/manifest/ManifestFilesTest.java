package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.spark.PlainFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class ManifestFilesTest {
  @TempDir Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "{}\n");
  }

  private List<String> names(String... paths) {
    return ManifestFiles.find(List.of(paths), false, new Configuration()).stream()
        .map(found -> found.path().replace("file:" + folder + "/", ""))
        .toList();
  }

  private AbstractThrowableAssert<?, ?> assertRefused(boolean ama, String path) {
    return assertThatThrownBy(() -> ManifestFiles.find(List.of(path), ama, new Configuration()))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT));
  }

  @Test
  void find_missing_isRefusedWithItsPath() {
    assertRefused(false, folder + "/none.jsonl")
        .hasMessageContaining("The manifest " + folder + "/none.jsonl does not exist");
    assertRefused(false, folder + "/*.jsonl").hasMessageContaining("does not exist");
    assertRefused(true, folder + "/none.json").hasMessageContaining("does not exist");
  }

  @Test
  void find_unknownScheme_isRefusedWithItsPath() {
    assertRefused(false, "gopher://host/m.jsonl").hasMessageContaining("gopher://host/m.jsonl");
  }

  @Test
  void find_emptyFile_isRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("m.jsonl"));

    assertRefused(false, empty.toString()).hasMessageContaining("is empty (0 bytes)");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void find_fifo_isRefusedAndNotWaitedFor() throws Exception {
    Files.createDirectory(folder.resolve("out"));
    Files.createFile(folder.resolve("out/_SUCCESS"));
    Path fifo = folder.resolve("out/m.jsonl");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertRefused(false, fifo.toString()).hasMessageContaining("is a FIFO, a socket or a device");
    assertRefused(false, folder + "/out").hasMessageContaining("Write it to a file on a file");
    assertThatThrownBy(
            () ->
                PlainFiles.open(
                    new org.apache.hadoop.fs.Path(fifo.toString()), 0, new Configuration()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("It is not a regular file");
  }

  @Test
  void find_parentOfALink_isWhereTheSystemFindsIt() throws IOException {
    file("far/m.jsonl");
    file("m.jsonl");
    Files.createDirectory(folder.resolve("far/away"));
    Files.createSymbolicLink(folder.resolve("LINK"), folder.resolve("far/away"));

    assertThat(names(folder + "/LINK/../m.jsonl")).containsExactly("far/m.jsonl");
    assertThat(names("file:" + folder + "/LINK/../*.jsonl")).containsExactly("far/m.jsonl");
  }

  @Test
  void find_folderWithoutSuccess_isRefused() throws IOException {
    file("out/part-0.jsonl");

    assertRefused(false, folder + "/out").hasMessageContaining("has no _SUCCESS");
  }

  @Test
  void find_folder_hasItsFilesWhateverTheirNamesButMarkersAndEmptyOnes() throws IOException {
    file("out/part-1.jsonl");
    file("out/_second.jsonl");
    file("out/.third.parquet");
    file("out/_fourth.zst");
    file("out/day=1/deeper/part-0.parquet");
    file("out/_x=1/part-3.json");
    for (String marker :
        List.of(
            "_metadata",
            "_common_metadata",
            "_started_123",
            "_committed_123",
            ".part-1.jsonl.crc",
            ".DS_Store",
            "_temporary/0/part-1.jsonl",
            "_skipped/part-1.json",
            ".spark-staging-1/part-1.jsonl")) {
      file("out/" + marker);
    }
    Files.createFile(folder.resolve("out/part-2.jsonl"));
    Files.createFile(folder.resolve("out/_SUCCESS"));

    assertThat(names(folder + "/out"))
        .containsExactly(
            "out/.third.parquet",
            "out/_fourth.zst",
            "out/_second.jsonl",
            "out/_x=1/part-3.json",
            "out/day=1/deeper/part-0.parquet",
            "out/part-1.jsonl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_second", ".x.jsonl.swp", "_more/part-0.jsonl", ".x/part-0.jsonl"})
  void find_folderWithWhatMayBeMeantOrNot_isRefused(String name) throws IOException {
    file("out/" + name);
    Files.createFile(folder.resolve("out/_SUCCESS"));

    assertRefused(false, folder + "/out")
        .hasMessageContaining("holds file:" + folder + "/out/" + name.replaceAll("/.*", ""))
        .hasMessageContaining("not clear whether its rows count")
        .hasMessageContaining("name the manifest's files one by one");
    assertThat(names(folder + "/out/" + name)).containsExactly("out/" + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.parquet", "x.jsonl.gz", "x.zst", "_x.parquet"})
  void find_folderWithAFileWhoseWriteFailed_isRefused(String name) throws IOException {
    file("out/part-1.jsonl");
    Files.createFile(folder.resolve("out/" + name));
    Files.createFile(folder.resolve("out/_SUCCESS"));

    assertRefused(false, folder + "/out").hasMessageContaining(name + " is empty (0 bytes)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"done", "{\"name\": \"org.apache.hadoop.fs.s3a.commit.files.SuccessData/1\"}"})
  void find_folderWithAnotherWritersSuccess_isComplete(String text) throws IOException {
    file("out/part-1.jsonl");
    Files.writeString(folder.resolve("out/_SUCCESS"), text);

    assertThat(names(folder + "/out")).containsExactly("out/part-1.jsonl");
  }

  @Test
  void find_folderWithOurSuccess_hasAllItsFilesOrIsRefused() throws IOException {
    file("out/part-1.jsonl");
    Files.createFile(folder.resolve("out/part-2.jsonl"));
    Path success = folder.resolve("out/_SUCCESS");
    Files.writeString(success, new ManifestCounts(2, 7).toJson());

    assertThat(names(folder + "/out")).containsExactly("out/_SUCCESS", "out/part-1.jsonl");
    ManifestFile end =
        ManifestFiles.find(List.of(folder + "/out"), false, new Configuration()).get(0);
    assertThat(end.format()).isEqualTo(Format.SUCCESS);
    assertThat(ManifestFiles.rowsBeside(end, new Configuration())).isEqualTo(7);

    Files.writeString(success, new ManifestCounts(3, 7).toJson());
    assertRefused(false, folder + "/out").hasMessageContaining("2 files, but its _SUCCESS says 3");

    Files.writeString(success, new ManifestCounts(3, 7).toJson().substring(0, 20));
    assertRefused(false, folder + "/out").hasMessageContaining("_SUCCESS is damaged");
  }

  @Test
  void find_folderOfManifestFolders_isRefusedIfOneOfThemIsNotComplete() throws IOException {
    file("all/a/part-0.jsonl");
    Path success = folder.resolve("all/a/_SUCCESS");
    Files.writeString(success, new ManifestCounts(1, 7).toJson());
    file("all/b/part-0.jsonl");
    file("all/b/_skipped/part-0.jsonl");
    Files.createFile(folder.resolve("all/b/_SUCCESS"));
    Files.createFile(folder.resolve("all/_SUCCESS"));

    assertThat(names(folder + "/all"))
        .containsExactly("all/a/_SUCCESS", "all/a/part-0.jsonl", "all/b/part-0.jsonl");

    Files.writeString(success, new ManifestCounts(2, 7).toJson());
    assertRefused(false, folder + "/all")
        .hasMessageContaining("all/a has 1 files, but its _SUCCESS says 2");

    Files.delete(success);
    file("all/a/_snapshot/steps/walk.json");
    assertRefused(false, folder + "/all").hasMessageContaining("all/a has no _SUCCESS");
  }

  @Test
  void find_whatHadoopLeavesOut_isRefused() throws Exception {
    file("out/a.jsonl");
    Files.createFile(folder.resolve("out/_SUCCESS"));
    Files.createSymbolicLink(folder.resolve("out/b.jsonl"), folder.resolve("gone"));
    Files.createDirectories(folder.resolve("other"));
    String copy =
        "cp '" + folder + "/out/a.jsonl' \"$(printf '" + folder + "/other/\\377.jsonl')\"";
    assertThat(new ProcessBuilder("sh", "-c", copy).start().waitFor()).isZero();

    assertRefused(false, folder + "/out").hasMessageContaining("'b.jsonl' in ");
    assertRefused(false, folder + "/out/*.jsonl").hasMessageContaining("can't be looked at");
    assertRefused(false, folder + "/o*/b.jsonl").hasMessageContaining("leads nowhere");
    assertRefused(false, folder + "/other/*").hasMessageContaining("its name isn't UTF-8");
    assertThat(names(folder + "/out/a*")).containsExactly("out/a.jsonl");
  }

  @ParameterizedTest
  @CsvSource({"_delta_log, a Delta table", "_spark_metadata, the output of a streaming query"})
  void find_folderOfATableWithALog_isRefused(String log, String owner) throws IOException {
    file("out/part-0.parquet");
    file("out/" + log + "/0.json");
    Files.createFile(folder.resolve("out/_SUCCESS"));

    for (String path : List.of("/out", "/ou*", "/out/*")) {
      assertRefused(false, folder + path)
          .hasMessageContaining("/out/" + log + " makes its folder " + owner)
          .hasMessageContaining("Write the manifest as plain Parquet");
    }
  }

  @Test
  void find_folderOfNothing_isNoFile() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.createFile(folder.resolve("out/_SUCCESS"));

    assertThat(names(folder + "/out")).isEmpty();
  }

  @Test
  void find_glob_hasItsMatches() throws IOException {
    file("a1.jsonl");
    file("a2.jsonl.gz");
    file("b.jsonl");

    assertThat(names(folder + "/a*")).containsExactly("a1.jsonl", "a2.jsonl.gz");
    assertThat(names(folder + "/{a1,b}.jsonl")).containsExactly("a1.jsonl", "b.jsonl");
  }

  @Test
  void find_globThatMatchesMarkers_leavesThemOut() throws IOException {
    file("out/_first.jsonl");
    file("out/_second");
    file("out/._first.jsonl.crc");
    file("out/_temporary/x.jsonl");
    file("out/_SUCCESS");

    assertThat(names(folder + "/out/*")).containsExactly("out/_first.jsonl", "out/_second");
    assertThat(names(folder + "/out/_SUCCESS")).containsExactly("out/_SUCCESS");
    assertRefused(false, folder + "/out/_SUC*").hasMessageContaining("does not exist");
  }

  @Test
  void find_globsOfSeveralFoldersAndColons_haveTheirMatches() throws IOException {
    file("day=2026-01-31T10:00/a:1.jsonl");
    file("day=2026-01-31T11:00/a:2.jsonl");
    file("day=2026-01-31T11:00/b.jsonl");
    file("a file");

    assertThat(names(folder + "/*/a:*"))
        .containsExactly("day=2026-01-31T10:00/a:1.jsonl", "day=2026-01-31T11:00/a:2.jsonl");
    assertThat(names(folder + "/day=*1?:00/b.jsonl"))
        .containsExactly("day=2026-01-31T11:00/b.jsonl");
    assertThat(names(folder + "/{day=*T10:00/a*,a file,none}"))
        .containsExactly("a file", "day=2026-01-31T10:00/a:1.jsonl");
    assertThat(names("file://" + folder + "/day=2026-01-31T1[1-9]:00/a:2.json?"))
        .containsExactly("day=2026-01-31T11:00/a:2.jsonl");
    assertRefused(false, folder + "/*/none").hasMessageContaining("does not exist");
    assertRefused(false, folder + "/[a").hasMessageContaining("/[a");
  }

  @Test
  void find_relativeNameWithAColon_isAFileOfThatName() throws IOException {
    Path file = Files.writeString(Path.of("T10:00 of a test.jsonl"), "{}");
    try {
      assertThat(
              ManifestFiles.find(List.of(file.toString()), false, new Configuration())
                  .get(0)
                  .path())
          .isEqualTo("file:" + file.toAbsolutePath());
    } finally {
      Files.delete(file);
    }
    assertRefused(false, file.toString()).hasMessageContaining("does not exist");
  }

  @Test
  void find_sameFileInSeveralWays_isOne() throws IOException {
    Path file = file("a/m.jsonl");

    assertThat(
            names(
                file.toString(),
                "file:" + file,
                "file://" + file,
                folder + "/a/*",
                folder + "/a//m.jsonl"))
        .containsExactly("a/m.jsonl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b.jsonl",
        "é 😀.jsonl",
        "a#b?c%20d.jsonl",
        "[a].jsonl",
        "2026-01-31T10:00.jsonl",
        "_a.jsonl",
        ".a.jsonl",
        "_SUCCESS",
        "{a,b}*.jsonl",
        "a+b&c.gz"
      })
  void find_nameThatIsSpecialElsewhere_isTakenAsItIs(String name) throws IOException {
    file(name);

    assertThat(names(folder + "/" + name)).containsExactly(name);
  }

  @Test
  void find_nameThatIsAPatternToo_isTheFileOfThatName() throws IOException {
    file("[a].jsonl");
    file("a.jsonl");

    assertThat(names(folder + "/[a].jsonl")).containsExactly("[a].jsonl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.csv", "m.jsonl.bz2", "m.ORC", "m.avro", "m.zip", "m.xz"})
  void find_formatThatIsntRead_isRefused(String name) throws IOException {
    file(name);

    assertRefused(false, folder + "/" + name)
        .hasMessageContaining(name + " is in a format that the job doesn't read")
        .hasMessageContaining("JSON Lines");
  }

  @ParameterizedTest
  @CsvSource({
    "m.jsonl, JSONL, NONE",
    "m.json, JSONL, NONE",
    "m, JSONL, NONE",
    "m.jsonl.gz, JSONL_GZ, GZIP",
    "m.GZ, JSONL_GZ, GZIP",
    "m.jsonl.zst, JSONL_ZST, ZSTD",
    "m.zstd, JSONL_ZST, ZSTD",
    "m.Zst, JSONL_ZST, ZSTD",
    "m.parquet, PARQUET, NONE",
    "m.snappy.Parquet, PARQUET, NONE",
    "gz, JSONL, NONE",
  })
  void formatOf_name_isTheFormatThatIsDecompressed(
      String name, Format format, Compression compression) throws IOException {
    file(name);

    assertThat(ManifestFiles.find(List.of(folder + "/" + name), false, new Configuration()))
        .extracting(ManifestFile::format)
        .containsExactly(format);
    assertThat(Compression.of(name)).isEqualTo(compression);
  }

  @Test
  void find_amaManifest_bringsItsStatesAndStats() throws IOException {
    file("r/.asset/manifests/id/0.json");
    file("r/.asset/states/id/0.json");

    assertThat(amaFormats()).containsExactly(Format.AMA, Format.AMA_STATES);

    file("r/.asset/file_stats.json");

    assertThat(amaFormats())
        .containsExactlyInAnyOrder(Format.AMA, Format.AMA_STATES, Format.AMA_STATS);
  }

  private List<Format> amaFormats() {
    return ManifestFiles.find(
            List.of(folder + "/r/.asset/manifests/id/0.json"), true, new Configuration())
        .stream()
        .map(ManifestFile::format)
        .toList();
  }

  @Test
  void find_amaManifestWithoutStates_isRefused() throws IOException {
    Path manifest = file("r/.asset/manifests/id/0.json");

    assertRefused(true, manifest.toString())
        .hasMessageContaining("has no states")
        .hasMessageContaining("r/.asset/states/id/0.json is missing");
  }

  @Test
  void find_amaManifestElsewhereOrFolder_isRefused() throws IOException {
    Path manifest = file("r/manifests/id/0.json");

    assertRefused(true, manifest.toString()).hasMessageContaining("is not a place where AMA keeps");
    assertRefused(true, folder + "/r").hasMessageContaining("is a folder");
  }

  @Test
  void lookAgain_unchanged_isEqual() throws IOException {
    file("m.jsonl");
    List<ManifestFile> found =
        ManifestFiles.find(List.of(folder + "/m.jsonl"), false, new Configuration());

    assertThat(ManifestFiles.lookAgain(found, new Configuration())).isEqualTo(found);
  }

  @Test
  void lookAgain_writtenAgainOrGone_differsOrIsRefused() throws IOException {
    Path file = file("m.jsonl");
    List<ManifestFile> found =
        ManifestFiles.find(List.of(file.toString()), false, new Configuration());

    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    assertThat(ManifestFiles.lookAgain(found, new Configuration())).isNotEqualTo(found);

    Files.delete(file);
    assertThatThrownBy(() -> ManifestFiles.lookAgain(found, new Configuration()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("m.jsonl can't be read any more")
        .hasMessageContaining("start a new run");
  }
}
