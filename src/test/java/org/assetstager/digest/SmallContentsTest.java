package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assetstager.asset.Md5;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallContentsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("content");
  }

  private static FileDigester digester(boolean lanes) {
    LanePool pool = lanes ? new LanePool(new Md5Lanes().lanes(), Md5Lanes::new) : null;
    return new FileDigester(() -> pool);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hash_anyLengths_givesEachItsMd5(boolean lanes) throws Exception {
    // All ends of a block with its padding, and of a read.
    List<Integer> lengths = new ArrayList<>(IntStream.rangeClosed(0, 130).boxed().toList());
    lengths.addAll(List.of(65_535, 65_536, 65_537, 131_072, 200_001));

    assertMd5s(digester(lanes), lengths);
  }

  @Test
  void hash_fewContents_givesEachItsMd5() throws Exception {
    for (int count = 0; count < 8; count++) {
      assertMd5s(digester(true), IntStream.range(0, count).map(i -> 100 + i).boxed().toList());
    }
  }

  @Test
  void hash_placeThatWasUsedBefore_knowsNothingOfIt() throws Exception {
    FileDigester digester = digester(true);
    for (int length : new int[] {100_000, 1000, 10, 0, 5000}) {
      assertMd5s(digester, List.of(length, length + 1, length + 2, length + 3, length + 4));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 64", "55, 64", "56, 128", "64, 128", "119, 128", "120, 192"})
  void roomFor_content_hasItsPadding(long size, long room) {
    assertThat(SmallContents.roomFor(size)).isEqualTo(room);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 64, 65_536})
  void read_fileLongerThanExpected_isSizeChangedAndNoContent(int expected) throws Exception {
    write(expected + 1);
    try (SmallContents contents = digester(false).smallContents(100_000)) {
      assertThatThrownBy(() -> read(contents, expected))
          .isInstanceOf(SizeChangedException.class)
          .hasMessage("The file grew while it was read: it had %d bytes, now more", expected);
      assertThat(contents.hash()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 65_537})
  void read_fileShorterThanExpected_isSizeChangedAndNoContent(int expected) throws Exception {
    write(expected - 1);
    try (SmallContents contents = digester(false).smallContents(100_000)) {
      assertThatThrownBy(() -> read(contents, expected))
          .isInstanceOf(SizeChangedException.class)
          .hasMessage(
              "The file shrank while it was read: it had %d bytes, now %d", expected, expected - 1);
      assertThat(contents.hash()).isEmpty();
    }
  }

  @Test
  void read_interrupted_closesTheChannelAndStaysInterrupted() throws Exception {
    write(100_000);
    try (SmallContents contents = digester(false).smallContents(200_000);
        FileChannel channel = FileChannel.open(file)) {
      assertThatThrownBy(
              () -> contents.read(channel, 100_000, count -> Thread.currentThread().interrupt()))
          .isInstanceOf(ClosedByInterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private void assertMd5s(FileDigester digester, List<Integer> lengths) throws Exception {
    long room = lengths.stream().mapToLong(SmallContents::roomFor).sum();
    List<Md5> expected = new ArrayList<>();
    try (SmallContents contents = digester.smallContents((int) room)) {
      for (int length : lengths) {
        byte[] bytes = write(length);
        expected.add(Md5ChainTest.md5(bytes, 0, length));
        assertThat(read(contents, length)).isEqualTo(length);
      }

      assertThat(contents.hash()).isEqualTo(expected);
    }
  }

  private long read(SmallContents contents, long size) throws IOException {
    AtomicLong told = new AtomicLong();
    try (FileChannel channel = FileChannel.open(file)) {
      contents.read(channel, size, told::addAndGet);
    }
    return told.get();
  }

  private byte[] write(int length) throws IOException {
    byte[] bytes = Md5ChainTest.random(length);
    Files.write(file, bytes);
    return bytes;
  }
}
