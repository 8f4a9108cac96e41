package org.assetstager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixFilesTest {
  @TempDir Path folder;

  private Path fifo() throws Exception {
    Path fifo = folder.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }

  @Test
  void openForReading_file_canBeReadAndNotWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");

    FileChannel channel = UnixFiles.openForReading(file).channel();
    ByteBuffer buffer = ByteBuffer.allocate(100);
    assertThat(channel.read(buffer, 3)).isEqualTo(4);
    assertThat(new String(buffer.array(), 0, 4, StandardCharsets.UTF_8)).isEqualTo("tent");
    assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
        .isInstanceOf(NonWritableChannelException.class);
    channel.close();

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void openForReading_manyFilesClosed_leavesNoneOpen() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    int before = openFiles();

    for (int i = 0; i < 100; i++) {
      UnixFiles.openForReading(file).close();
      UnixFiles.openRegularFile(file).close();
      UnixFiles.openDirectory(folder).close();
    }

    assertThat(openFiles()).isLessThan(before + 50);
  }

  private static int openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return (int) files.count();
    }
  }

  @Test
  void openForReading_fifoWithoutAWriter_doesNotWait() throws Exception {
    try (OpenFile fifo = UnixFiles.openForReading(fifo())) {
      assertThat(fifo.channel().isOpen()).isTrue();
    }
  }

  /** As an NFS or SMB server on the same machine holds one: it is asked to give the lease back. */
  @Test
  void openForReading_fileWithALease_waitsUntilItIsGivenBack() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "content");
    // F_SETLEASE is 1024, F_WRLCK 1, F_UNLCK 2.
    String perl =
        """
        open(my $f, '+<', $ARGV[0]) or die $!;
        $SIG{IO} = sub { select(undef, undef, undef, 0.3); fcntl($f, 1024, 2); exit 0 };
        $| = 1;
        print fcntl($f, 1024, 1) ? "held\n" : "none\n";
        sleep 60;
        """;
    Process holder = new ProcessBuilder("perl", "-e", perl, file.toString()).start();
    try {
      assumeThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("held");
      try (OpenFile opened = UnixFiles.openForReading(file)) {
        assertThat(opened.channel().size()).isEqualTo(7);
      }
      assertThat(holder.waitFor()).isZero();
    } finally {
      holder.destroy();
    }
  }

  @Test
  void openForReading_link_isNotFollowed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    assertThatThrownBy(() -> UnixFiles.openForReading(link))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Too many levels of symbolic links");
  }

  @Test
  void openForReading_nothingThere_isTheSystemsError() {
    assertThatThrownBy(() -> UnixFiles.openForReading(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void openRegularFile_linkToAFile_isFollowed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    try (FileInputStream in = UnixFiles.openRegularFile(link)) {
      assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("content");
    }
  }

  @Test
  void openRegularFile_somethingElse_isRefusedAtOnce() throws Exception {
    Path fifo = fifo();

    for (Path path : List.of(fifo, folder, Path.of("/dev/null"))) {
      assertThatThrownBy(() -> UnixFiles.openRegularFile(path))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("It is not a regular file");
    }
  }

  @Test
  void openDirectory_directory_tellsWhatIsInIt() throws IOException {
    Files.writeString(folder.resolve("a"), "");
    Files.createDirectory(folder.resolve("d ü\n"));
    List<Path> found = new ArrayList<>();

    try (OpenDirectory directory = UnixFiles.openDirectory(folder)) {
      directory.forEachRemaining(found::add);
      assertThat(directory.realPath()).isEqualTo(folder.toRealPath());
    }

    assertThat(found).containsExactlyInAnyOrder(folder.resolve("a"), folder.resolve("d ü\n"));
  }

  @Test
  void openDirectory_fifo_isNoDirectoryAndDoesNotWait() throws Exception {
    Path fifo = fifo();

    assertThatThrownBy(() -> UnixFiles.openDirectory(fifo))
        .isInstanceOf(NotDirectoryException.class);
  }

  @Test
  void facts_timeBeyond2262_hasItsNanoseconds() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "content");
    assertThat(
            new ProcessBuilder("touch", "-d", "@10413792000.123456789", file.toString())
                .start()
                .waitFor())
        .isZero();

    FileFacts facts = UnixFiles.facts(file);

    assertThat(facts.modified()).isEqualTo(new UnixTime(10_413_792_000L, 123_456_789));
    assertThat(facts.size()).isEqualTo(7);
  }
}
