package org.assetstager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathsTest {
  @TempDir Path folder;

  @BeforeEach
  void makeLink() throws IOException {
    folder = folder.toRealPath();
    Files.createDirectories(folder.resolve("far/away"));
    Files.createSymbolicLink(folder.resolve("LINK"), folder.resolve("far/away"));
  }

  @ParameterizedTest
  @CsvSource({
    "LINK/../x, far/x",
    "LINK/.././x/, far/x",
    "LINK/../../x, x",
    "far/away/../x, far/x",
    "LINK/x, LINK/x",
    "LINK/./x//y, LINK/x/y",
    "none/x, none/x",
    "..x/y.., ..x/y..",
    "none/../x, x",
    "none/none/../../LINK/../x, far/x",
  })
  void absolute_path_isAsTheSystemTakesIt(String path, String expected) {
    assertThat(LocalPaths.absolute("--out", folder + "/" + path))
        .isEqualTo(folder.resolve(expected));
  }

  @Test
  void absolute_aboveTheTop_isTheTop() {
    assertThat(LocalPaths.absolute("--out", "/../..")).isEqualTo(Path.of("/"));
  }

  @Test
  void absolute_relative_isBelowTheWorkingDirectory() {
    assertThat(LocalPaths.absolute("--out", "a/b"))
        .isEqualTo(Path.of("").toAbsolutePath().resolve("a/b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DANGLING/../x", "file/../x"})
  void absolute_parentOfNoDirectory_isRefused(String path) throws IOException {
    Files.writeString(folder.resolve("file"), "");
    Files.createSymbolicLink(folder.resolve("DANGLING"), folder.resolve("none"));

    assertThatThrownBy(() -> LocalPaths.absolute("--out", folder + "/" + path))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageStartingWith("--out '" + folder + "/" + path + "' leads nowhere: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"L*/../x", "LIN?/../x", "[L]INK/a/../x", "{LINK,none}/../*.jsonl"})
  void forHadoop_parentOfAPattern_isRefusedUnlessADirectoryOfThatName(String path)
      throws IOException {
    assertThatThrownBy(() -> LocalPaths.forHadoop("--manifest", folder + "/" + path, true))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageContaining("has a '..' after the pattern '" + path.replaceAll("/.*", "'"))
        .hasMessageContaining("Write the path without '..'");

    Files.createDirectory(folder.resolve(path.replaceAll("/.*", "")));
    assertThat(LocalPaths.forHadoop("--manifest", folder + "/" + path, true))
        .startsWith(folder.toString());
  }

  @Test
  void absolute_noPath_isRefused() {
    assertThatThrownBy(() -> LocalPaths.absolute("--out", "a\0b"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("leads nowhere");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:", "file://"})
  void forHadoop_parentOfALink_isAsTheSystemTakesIt(String scheme) {
    assertThat(LocalPaths.forHadoop("--out", scheme + folder + "/LINK/../x", false))
        .isEqualTo("file://" + folder + "/far/x");
    assertThat(LocalPaths.forHadoop("--manifest", folder + "/LINK/../*.jsonl", true))
        .isEqualTo(folder + "/far/*.jsonl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs://n/a/../b",
        "s3a://b/a/../b",
        "/a/../b",
        "file:/a/b",
        "file:/..a/b..",
        "x/../y"
      })
  void forHadoop_others_stay(String location) {
    assertThat(LocalPaths.forHadoop("--out", location, false)).isEqualTo(location);
  }
}
