package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.FileFacts;
import org.assetstager.files.Host;
import org.assetstager.files.UnixFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssetRootTest {
  @TempDir Path folder;

  @Test
  void open_symbolicLink_knowsBothPaths() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real")).toRealPath();
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);

    AssetRoot root = AssetRoot.open(link.toString());

    FileFacts facts = UnixFiles.facts(real);
    assertThat(root)
        .isEqualTo(
            new AssetRoot(link, real, facts.inode(), facts.device(), root.local(), List.of()));
  }

  @Test
  void open_memory_isLocal() {
    assertThat(AssetRoot.open("/dev/shm").local()).isTrue();
  }

  @Test
  void open_fileSystemOfAnyOtherType_isNotTakenForLocal() {
    assertThat(AssetRoot.open("/proc/self").local()).isFalse();
  }

  @Test
  void open_nothingThere_namesHostRootAndRemedy() {
    String path = folder.resolve("unmounted").toString();

    assertThatThrownBy(() -> AssetRoot.open(path))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining(path)
        .hasMessageContaining(Host.name())
        .hasMessageContaining("No such file or directory")
        .hasMessageContaining("Mount its file system");
  }

  @Test
  void open_file_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> AssetRoot.open(file.toString()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is a regular file, not a directory");
  }

  @Test
  void requireSame_inodeOfTheDriver_passes() throws IOException {
    AssetRoot.Seen seen = AssetRoot.open(folder.toString()).seen();

    AssetRoot.open(folder.toString()).requireSame(seen, List.of());
  }

  @Test
  void requireSame_anotherInodeThanTheDrivers_isRefused() throws IOException {
    AssetRoot.Seen seen = new AssetRoot.Seen(folder.toRealPath().toString(), -1);

    assertThatThrownBy(() -> AssetRoot.open(folder.toString()).requireSame(seen, List.of()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("than the one (inode 18446744073709551615) seen on the driver's host")
        .hasMessageContaining(Host.name());
  }

  @Test
  void requireAlive_untouched_passes() {
    AssetRoot root = AssetRoot.open(folder.toString());

    assertThatCode(root::requireAlive).doesNotThrowAnyException();
  }

  @Test
  void requireAlive_gone_fails() throws IOException {
    Path path = Files.createDirectory(folder.resolve("root"));
    AssetRoot root = AssetRoot.open(path.toString());
    Files.delete(path);

    assertThatThrownBy(root::requireAlive)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("No such file or directory");
  }

  @Test
  void requireAlive_anotherFileSystemWithThisInode_fails() {
    // Each file system numbers its inodes by itself: the top of every ext4 is 2.
    AssetRoot now = AssetRoot.open(folder.toString());
    AssetRoot before =
        new AssetRoot(
            now.path(), now.realPath(), now.inode(), now.device() + 1, now.local(), List.of());

    assertThatThrownBy(before::requireAlive)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is another directory");
  }

  @Test
  void requireAlive_anotherDirectory_fails() throws IOException {
    Path path = Files.createDirectory(folder.resolve("root"));
    AssetRoot root = AssetRoot.open(path.toString());
    // As when the mount is gone: the empty mount point shows.
    Files.move(path, folder.resolve("moved"));
    Files.createDirectory(path);

    assertThatThrownBy(root::requireAlive)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is another directory (inode ")
        .hasMessageContaining("(inode " + root.inode() + ") seen at the start");
  }
}
