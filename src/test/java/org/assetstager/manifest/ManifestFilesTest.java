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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                ManifestInput.open(
                    new org.apache.hadoop.fs.Path(fifo.toString()), 0, new Configuration()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("It is no regular file");
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
  void find_folder_hasItsFilesButHiddenAndEmptyOnes() throws IOException {
    file("out/part-1.jsonl");
    file("out/day=1/deeper/part-0.parquet");
    file("out/_metadata/x.jsonl");
    file("out/.hidden.jsonl");
    Files.createFile(folder.resolve("out/part-2.jsonl"));
    Files.createFile(folder.resolve("out/_SUCCESS"));

    assertThat(names(folder + "/out"))
        .containsExactly("out/day=1/deeper/part-0.parquet", "out/part-1.jsonl");
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

    assertRefused(true, manifest.toString()).hasMessageContaining("is not where AMA keeps");
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
