package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.assetstager.files.UnixFiles;
import org.assetstager.verify.AssetRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSliceTest {
  @TempDir private Path folder;
  private Path file;
  private FileSlice slice;

  @BeforeEach
  void makeSlice() throws IOException {
    file = Files.writeString(folder.resolve("file"), "0123456789");
    slice = new FileSlice(AssetRoot.open(folder.toString()), "file", UnixFiles.facts(file), 3, 5);
  }

  @AfterEach
  void close() {
    slice.close();
  }

  private void requireRefused() {
    assertThatThrownBy(slice::open)
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(FileChangedException.class)
        .hasMessageContaining("The file changed while it was uploaded");
  }

  @Test
  void open_unchanged_isTheRangeEachTime() throws IOException {
    for (int attempt = 0; attempt < 2; attempt++) {
      try (InputStream in = slice.open()) {
        assertThat(in.available()).isEqualTo(5);
        assertThat(in.read()).isEqualTo('3');
        assertThat(in.readAllBytes()).asString().isEqualTo("4567");
        assertThat(in.read()).isEqualTo(-1);
      }
    }
    assertThat(slice.length()).isEqualTo(5);
  }

  @Test
  void open_fileGrown_isRefused() throws IOException {
    FileTime before = Files.getLastModifiedTime(file);
    Files.writeString(file, "more", StandardOpenOption.APPEND);
    Files.setLastModifiedTime(file, before);

    requireRefused();
  }

  @Test
  void open_fileWrittenAnew_isRefused() throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));

    requireRefused();
  }

  @Test
  void open_anotherFileInItsPlace_isRefused() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "9876543210");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

    requireRefused();
  }

  @Test
  void read_fileShrunkSinceOpened_isRefused() throws IOException {
    try (InputStream in = slice.open()) {
      Files.writeString(file, "0123", StandardOpenOption.TRUNCATE_EXISTING);

      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("The file shrank while it was uploaded");
    }
  }
}
