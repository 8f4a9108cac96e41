package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.assetstager.asset.Md5;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileDigesterTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("content");
  }

  // The test suite of RFC 1321, section A.5.
  @ParameterizedTest
  @CsvSource({
    "'', d41d8cd98f00b204e9800998ecf8427e",
    "a, 0cc175b9c0f1b6a831c399e269772661",
    "message digest, f96b697d7cb7938d525a2f31aaf161d0",
    "abcdefghijklmnopqrstuvwxyz, c3fcd3d76192e4007dfb496cca67e13b"
  })
  void digest_vectorsOfTheRfc_areMet(String text, String md5) throws IOException {
    Files.writeString(file, text);

    Digest digest = digest(text.length(), null, FileDigesterTest::ignore);

    assertThat(digest).isEqualTo(new Digest(Md5.parse(md5), List.of()));
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void digest_fileThatShouldHaveTheMostBytes_isSizeChangedAndEnds() throws IOException {
    Files.writeString(file, "abc");

    assertThatThrownBy(() -> digest(Long.MAX_VALUE, null, FileDigesterTest::ignore))
        .isInstanceOf(SizeChangedException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 131_071, 131_072, 131_073, 262_144, 1_000_000})
  void digest_sizesAboutTheBuffers_areReadWhole(int size) throws Exception {
    byte[] bytes = write(size);
    AtomicLong told = new AtomicLong();

    Digest digest = digest(size, null, told::addAndGet);

    assertThat(digest.md5()).isEqualTo(md5(bytes, 0, size));
    assertThat(told).hasValue(size);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 10 * MIB, 10 * MIB + 1, 17_000_003})
  void digest_inParts_givesTheMd5OfEach(int size) throws Exception {
    byte[] bytes = write(size);
    // 5 MiB and a prime's rest, so that parts end within a read.
    PartPlan plan = PartPlan.of(size, 5 * MIB + 4099);

    Digest digest = digest(size, plan, FileDigesterTest::ignore);

    List<Md5> expected = new ArrayList<>();
    for (int i = 0; i < plan.count(); i++) {
      expected.add(md5(bytes, (int) plan.offset(i), (int) plan.length(i)));
    }
    assertThat(digest.partMd5s()).isEqualTo(expected);
    assertThat(digest.md5()).isEqualTo(md5(bytes, 0, size));
  }

  @Test
  void digest_partsOfAnotherSize_isRefused() throws IOException {
    write(10);

    assertThatThrownBy(() -> digest(10, PartPlan.of(11, MIB), FileDigesterTest::ignore))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The parts are of 11 bytes, the file has 10");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 131_072})
  void digest_fileLongerThanExpected_isSizeChanged(int expected) throws IOException {
    write(expected + 1);

    assertThatThrownBy(() -> digest(expected, null, FileDigesterTest::ignore))
        .isInstanceOf(SizeChangedException.class)
        .hasMessageContaining("The file grew while it was read: it had " + expected + " bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 131_073})
  void digest_fileShorterThanExpected_isSizeChanged(int expected) throws IOException {
    write(expected - 1);

    assertThatThrownBy(() -> digest(expected, null, FileDigesterTest::ignore))
        .isInstanceOf(SizeChangedException.class)
        .hasMessage(
            "The file shrank while it was read: it had %d bytes, now %d", expected, expected - 1);
  }

  @Test
  void digest_fileGrowsBetweenReads_isSizeChanged() throws IOException {
    int size = 131_072;
    write(size);

    assertThatThrownBy(() -> digest(size, null, count -> append()))
        .isInstanceOf(SizeChangedException.class)
        .hasMessageContaining("grew");
  }

  @Test
  void digest_interrupted_closesTheChannelAndStaysInterrupted() throws IOException {
    write(1_000_000);

    try {
      assertThatThrownBy(() -> digest(1_000_000, null, c -> Thread.currentThread().interrupt()))
          .isInstanceOf(ClosedByInterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void digest_manyThreads_shareOneDigester() throws Exception {
    byte[] bytes = write(12 * MIB);
    PartPlan plan = PartPlan.of(bytes.length, 5 * MIB);
    FileDigester digester = new FileDigester();
    try (FileChannel channel = FileChannel.open(file)) {
      List<Digest> digests =
          IntStream.range(0, 4)
              .parallel()
              .mapToObj(i -> uncheckedDigest(digester, channel, plan))
              .distinct()
              .toList();

      assertThat(digests).hasSize(1);
      assertThat(digests.get(0).md5()).isEqualTo(md5(bytes, 0, bytes.length));
    }
  }

  // Computed with Python's hashlib: md5(b"".join(md5(part).digest() for part in parts)).
  @Test
  void multipartEtag_knownParts_isMd5OfTheirMd5s() {
    Md5 empty = Md5.parse("d41d8cd98f00b204e9800998ecf8427e");
    Md5 letter = Md5.parse("0cc175b9c0f1b6a831c399e269772661");

    assertThat(FileDigester.multipartEtag(List.of(empty)))
        .isEqualTo("59adb24ef3cdbe0297f05b395827453f-1");
    assertThat(FileDigester.multipartEtag(List.of(letter, empty)))
        .isEqualTo("89169a6a2913e3cf6f255d94722cb529-2");
  }

  @Test
  void multipartEtag_noParts_isRefused() {
    assertThatThrownBy(() -> FileDigester.multipartEtag(List.of()))
        .hasMessage("A multipart upload has at least one part");
  }

  @Test
  void digest_fromEachStateThatItSaved_isTheSame() throws IOException {
    int size = 40 * MIB + 17;
    write(size);
    PartPlan plan = PartPlan.of(size, 5 * MIB + 4099);
    List<DigestState> saved = new ArrayList<>();
    Digest whole;
    try (FileChannel channel = FileChannel.open(file)) {
      Checkpoints checkpoints = new Checkpoints(null, 6 * MIB, saved::add);
      whole = new FileDigester().digest(channel, size, plan, FileDigesterTest::ignore, checkpoints);

      // Every second part, since one part is too short; none at the end.
      assertThat(saved)
          .extracting(DigestState::position)
          .containsExactly(plan.offset(2), plan.offset(4), plan.offset(6));
      for (DigestState state : saved) {
        AtomicLong told = new AtomicLong();
        Checkpoints last = new Checkpoints(state, Long.MAX_VALUE, unused -> {});
        assertThat(new FileDigester().digest(channel, size, plan, told::addAndGet, last))
            .isEqualTo(whole);
        assertThat(told).hasValue(size - state.position());
      }
    }
    assertThat(whole).isEqualTo(digest(size, plan, FileDigesterTest::ignore));
  }

  private Digest digest(long size, PartPlan plan, LongConsumer bytesRead) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return new FileDigester().digest(channel, size, plan, bytesRead, Checkpoints.NONE);
    }
  }

  private static void ignore(long count) {}

  private static Digest uncheckedDigest(FileDigester digester, FileChannel channel, PartPlan plan) {
    try {
      return digester.digest(
          channel, plan.size(), plan, FileDigesterTest::ignore, Checkpoints.NONE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void append() {
    try {
      Files.write(file, "x".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] write(int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    Files.write(file, bytes);
    return bytes;
  }

  private static Md5 md5(byte[] bytes, int from, int count) throws Exception {
    byte[] part = Arrays.copyOfRange(bytes, from, from + count);
    return Md5.ofBytes(MessageDigest.getInstance("MD5").digest(part));
  }
}
