package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.testing.Swapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class RenameSearchTest {
  @TempDir Path folder;
  private Path inside;
  private AssetRoot root;

  @BeforeEach
  void makeTree() throws Exception {
    inside = Files.createDirectory(folder.toRealPath().resolve("root"));
    root = AssetRoot.open(inside.toString());
    for (String path : new String[] {"a", "d/b", "d/e/c ü\n", "d/.asset/deep", ".asset/state"}) {
      Files.createDirectories(inside.resolve(path).getParent());
      Files.writeString(inside.resolve(path), path);
    }
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createSymbolicLink(inside.resolve("d/out"), outside);
    Files.createSymbolicLink(inside.resolve("d/link"), inside.resolve("a"));
    GuardedFileTest.makeFifo(inside.resolve("d/fifo"));
  }

  @Test
  void belowRoot_tree_tellsRegularFilesWithTheirFacts() throws IOException {
    Map<String, FileFacts> found = new HashMap<>();

    RenameSearch.belowRoot(root, Long.MAX_VALUE, found::put);

    assertThat(found).containsOnlyKeys("a", "d/b", "d/e/c ü\n", "d/.asset/deep");
    assertThat(found).containsEntry("d/b", UnixFiles.facts(inside.resolve("d/b")));
  }

  @Test
  void inDirectory_directory_tellsItsFilesOnly() {
    assertThat(inDirectory("d")).containsOnlyKeys("d/b");
    assertThat(inDirectory("")).containsOnlyKeys("a");
    assertThat(inDirectory("d/e")).containsOnlyKeys("d/e/c ü\n");
  }

  @Test
  void inDirectory_linkInsideTheRoot_tellsRealPaths() throws IOException {
    Files.createSymbolicLink(inside.resolve("alias"), Path.of("d"));

    assertThat(inDirectory("alias")).containsOnlyKeys("d/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "d/out", "../outside", "a", "d/b/c", "\uD800"})
  void inDirectory_noneInsideTheRoot_tellsNothing(String directory) {
    assertThat(inDirectory(directory)).isEmpty();
  }

  @Test
  void belowRoot_filesVanishMeanwhile_goesOn() throws IOException {
    for (int i = 0; i < 100; i++) {
      Files.writeString(inside.resolve("d/file" + i), "");
    }
    Map<String, FileFacts> found = new HashMap<>();

    RenameSearch.belowRoot(
        root,
        Long.MAX_VALUE,
        (path, facts) -> {
          found.put(path, facts);
          if (path.startsWith("d/file")) {
            deleteAllBut(path);
          }
        });

    assertThat(found).containsKeys("a", "d/b").hasSize(5);
  }

  @Test
  void belowRoot_nameThatJavaCantRepresent_isLeftOut() throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", "printf x > \"$(printf 'bad\\377name')\"")
            .directory(inside.toFile())
            .start();
    assertThat(process.waitFor()).isZero();
    assertThat(inside.toFile().list()).anyMatch(name -> name.startsWith("bad"));

    assertThat(inDirectory("")).containsOnlyKeys("a");
  }

  @Test
  void inDirectory_removedOnNfsWhileOpen_isNoRename() throws IOException {
    Files.move(inside.resolve("d/b"), inside.resolve("d/.nfs00000000027c0a5500000001"));

    assertThat(inDirectory("d")).isEmpty();
  }

  @Test
  void belowRoot_rootIsLost_failsTheJob() throws IOException {
    Files.move(inside, folder.resolve("unmounted"));

    assertThatThrownBy(() -> RenameSearch.belowRoot(root, Long.MAX_VALUE, (path, facts) -> {}))
        .isInstanceOf(JobFailure.class);
    assertThatThrownBy(() -> inDirectory("d")).isInstanceOf(JobFailure.class);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void belowRoot_fifoTakesADirectorysPlaceAllTheTime_neverWaits() throws Exception {
    Path fifo = inside.resolve("d/fifo");
    int[] met = new int[1];
    try (Swapper swapper = Swapper.start(inside.resolve("d/e"), fifo, inside.resolve("aside"))) {
      for (int i = 0; i < 2000 || met[0] < 10; i++) {
        RenameSearch.belowRoot(
            root, Long.MAX_VALUE, (path, facts) -> met[0] += path.startsWith("d/e/") ? 1 : 0);
      }
    }
  }

  @Test
  void belowRoot_interrupted_stops() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> RenameSearch.belowRoot(root, Long.MAX_VALUE, (path, facts) -> {}))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("while looking for renames");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void matches_renamedFile_isFound() throws IOException {
    ManifestRow row = Rows.added(root, "a", null);
    Files.move(inside.resolve("a"), inside.resolve("d/new"));

    FileFacts found = inDirectory("d").get("d/new");

    assertThat(RenameSearch.matches(row, found, root.device())).isTrue();
    assertThat(RenameSearch.matches(row, found, root.device() + 1)).isFalse();
  }

  @Test
  void matches_copiedFile_isAnother() throws IOException {
    ManifestRow row = Rows.added(root, "a", null);
    Files.copy(inside.resolve("a"), inside.resolve("d/new"));

    assertThat(RenameSearch.matches(row, inDirectory("d").get("d/new"), root.device())).isFalse();
  }

  private Map<String, FileFacts> inDirectory(String directory) {
    Map<String, FileFacts> found = new HashMap<>();
    RenameSearch.inDirectory(root, directory, found::put);
    return found;
  }

  private void deleteAllBut(String path) {
    try {
      for (int i = 0; i < 100; i++) {
        if (!path.equals("d/file" + i)) {
          Files.deleteIfExists(inside.resolve("d/file" + i));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
