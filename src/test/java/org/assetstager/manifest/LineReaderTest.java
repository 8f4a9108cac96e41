package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void next_linesOfAllKinds_givesOffsetsAndBytes() throws IOException {
    assertThat(whole("\uFEFFa\n\n \t\r\nbé\r\n\nlast", 100))
        .containsExactly("0:a", "10:bé\r", "16:last!");
  }

  @Test
  void next_nothingButBlanks_givesNoLine() throws IOException {
    assertThat(whole("", 100)).isEmpty();
    assertThat(whole("\uFEFF", 100)).isEmpty();
    assertThat(whole("\n \r\n\t", 100)).isEmpty();
  }

  @Test
  void next_byteOrderMarkInsideTheFile_staysThere() throws IOException {
    assertThat(whole("a\n\uFEFFb", 100)).containsExactly("0:a", "2:\uFEFFb!");
  }

  @Test
  void next_lineAboveTheLimit_isReadWithoutItsBytes() throws IOException {
    assertThat(whole("12345\n123456\n12345\n", 5)).containsExactly("0:12345", "6:#6", "13:12345");
  }

  @Test
  void next_longLineAcrossManyChunks_isWhole() throws IOException {
    String line = "0123456789".repeat(30_000);

    assertThat(whole("x\n" + line + "\ny", 300_000))
        .containsExactly("0:x", "2:" + line, "300003:y!");
  }

  @Test
  void next_hugeLine_keepsMemoryBounded() throws IOException {
    long length = 4L << 30;
    try (LineReader reader = new LineReader(new Zeros(length), 0, Long.MAX_VALUE, 1 << 20)) {
      Line line = reader.next();

      assertThat(line.bytes()).isNull();
      assertThat(line.length()).isEqualTo(length);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void next_rangeInsideALine_readsNoFurtherThanItsEnd() throws IOException {
    Zeros in = new Zeros(Long.MAX_VALUE);
    try (LineReader reader = new LineReader(in, 1_000_000, 2_000_000, 10)) {
      assertThat(reader.next()).isNull();
      assertThat(in.read).isLessThan(1_100_000);
    }
  }

  @Property(tries = 2000)
  void next_anyRanges_giveTheLinesOfTheWhole(
      @ForAll("files") byte[] file,
      @ForAll List<@IntRange(min = 0, max = 40) Integer> cuts,
      @ForAll @IntRange(min = 1, max = 6) int limit)
      throws IOException {
    TreeSet<Long> bounds = new TreeSet<>(List.of(0L, (long) file.length));
    cuts.forEach(cut -> bounds.add((long) cut));
    List<String> lines = new ArrayList<>();
    long start = 0;
    for (long end : bounds.tailSet(1L)) {
      lines.addAll(read(file, start, end, limit));
      start = end;
    }

    assertThat(lines)
        .isEqualTo(read(file, 0, Long.MAX_VALUE, limit))
        .isEqualTo(expected(file, limit));
  }

  @Provide
  Arbitrary<byte[]> files() {
    return Arbitraries.of(
            (byte) '\n', (byte) '\r', (byte) ' ', (byte) 'a', (byte) 0xEF, (byte) 0xBB, (byte) 0xBF)
        .array(byte[].class)
        .ofMaxSize(40);
  }

  /** The plain way: split the whole at newlines. */
  private static List<String> expected(byte[] file, int limit) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= file.length; i++) {
      if (i == file.length || file[i] == '\n') {
        byte[] bytes = Arrays.copyOfRange(file, start, i);
        boolean last = i == file.length;
        boolean marked =
            start == 0
                && i >= 3
                && new String(bytes, StandardCharsets.ISO_8859_1).startsWith("\u00EF\u00BB\u00BF");
        byte[] kept = marked ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
        if (bytes.length > limit) {
          lines.add(start + ":#" + bytes.length + (last ? "!" : ""));
        } else if (!new String(kept, StandardCharsets.ISO_8859_1).isBlank()) {
          lines.add(start + ":" + new String(kept, StandardCharsets.UTF_8) + (last ? "!" : ""));
        }
        start = i + 1;
      }
    }
    return lines;
  }

  private static List<String> whole(String text, int limit) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), 0, Long.MAX_VALUE, limit);
  }

  private static List<String> read(byte[] file, long start, long end, int limit)
      throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(file);
    in.skip(LineReader.firstByteToRead(start));
    List<String> lines = new ArrayList<>();
    try (LineReader reader = new LineReader(in, start, end, limit)) {
      for (Line line = reader.next(); line != null; line = reader.next()) {
        String text =
            line.bytes() == null
                ? "#" + line.length()
                : new String(line.bytes(), StandardCharsets.UTF_8);
        lines.add(line.offset() + ":" + text + (line.last() ? "!" : ""));
      }
    }
    return lines;
  }

  /** A file of one line that takes no memory. */
  private static final class Zeros extends InputStream {
    private final long length;
    private long read;

    Zeros(long length) {
      this.length = length;
    }

    @Override
    public int read() {
      return read++ < length ? 0 : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) {
      if (read == length) {
        return -1;
      }
      int now = (int) Math.min(count, length - read);
      read += now;
      return now;
    }
  }
}
