package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesReaderTest {
  private static final int MAX_ROW_BYTES = 1 << 20;

  private static byte[] compress(String name, String text) throws IOException {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    if (name.endsWith(".zst")) {
      return Zstd.compress(plain);
    }
    if (!name.endsWith(".gz")) {
      return plain;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static List<ManifestRow> rows(String name, byte[] file) throws IOException {
    return rows(name, new ByteArrayInputStream(file));
  }

  private static List<ManifestRow> rows(String name, InputStream in) throws IOException {
    List<ManifestRow> rows = new ArrayList<>();
    ManifestSplit whole = SampleRow.split(name, 0, Long.MAX_VALUE);
    try (JsonLinesReader reader = new JsonLinesReader(whole, in, MAX_ROW_BYTES, SampleRow.FIELDS)) {
      reader.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static String manyRows() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append(SampleRow.json("asset", "\"" + random.nextLong() + "\"")).append('\n');
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.jsonl", "m.jsonl.gz", "m.jsonl.zst"})
  void whole_membersAndFrames_areReadAsOneFile(String name) throws IOException {
    String first = SampleRow.json() + "\n" + SampleRow.json().substring(0, 20);
    String second = SampleRow.json().substring(20) + "\n\nbad\n";
    byte[] file = join(compress(name, first), compress(name, second));

    List<ManifestRow> rows = rows(name, file);

    long length = SampleRow.json().length();
    assertThat(rows).extracting(ManifestRow::manifestFile).containsOnly(name);
    assertThat(rows)
        .extracting(ManifestRow::manifestPosition)
        .containsExactly(0L, length + 1, 2 * length + 3);
    assertThat(rows).extracting(row -> row.fault() == null).containsExactly(true, true, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.gz", "m.zst"})
  void whole_longFileOfManyParts_isReadToItsEnd(String name) throws IOException {
    String text = manyRows();
    byte[] part = compress(name, text);
    byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3};
    byte[] between = name.endsWith(".zst") ? skippable : new byte[0];
    List<ManifestRow> once = rows("m.jsonl", text.getBytes(StandardCharsets.UTF_8));

    List<ManifestRow> rows =
        rows(name, join(part, between, compress(name, ""), part, part, between));

    assertThat(rows).hasSize(15_000).allMatch(ManifestRow::added);
    assertThat(rows).extracting(ManifestRow::asset).endsWith(once.get(4999).asset());
    assertThat(rows.get(14_999).manifestPosition())
        .isEqualTo(2L * text.length() + once.get(4999).manifestPosition());
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.gz", "m.zst"})
  void whole_cutOffAnywhere_stopsTheJob(String name) throws IOException {
    byte[] file = compress(name, SampleRow.json() + "\n" + SampleRow.json() + "\n");
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);

      assertThatThrownBy(() -> rows(name, cut))
          .as("%d of %d bytes", length, file.length)
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("The manifest " + name + " can't be read to its end")
          .returns(JobFailure.Kind.INPUT, e -> ((JobFailure) e).kind());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.gz", "m.zst"})
  void whole_secondPartCutOff_stopsTheJob(String name) throws IOException {
    byte[] first = compress(name, SampleRow.json() + "\n");
    byte[] second = compress(name, SampleRow.json() + "\n");
    for (int length = 1; length < second.length; length++) {
      byte[] cut = join(first, Arrays.copyOf(second, length));

      assertThatThrownBy(() -> rows(name, cut))
          .as("%d of %d bytes", length, second.length)
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("can't be read to its end");
    }
  }

  @ParameterizedTest
  @CsvSource({"m.gz, 200000", "m.zst, 0"})
  void whole_longFileCutOff_namesThePosition(String name, long least) throws IOException {
    byte[] file = compress(name, manyRows());
    byte[] cut = Arrays.copyOf(file, file.length * 9 / 10);

    assertThatThrownBy(() -> rows(name, cut))
        .isInstanceOf(JobFailure.class)
        .message()
        .matches("(?s).* cut off or damaged after \\d+ decompressed bytes \\(.*Write it again\\.")
        .satisfies(
            message ->
                assertThat(Long.parseLong(message.replaceAll("(?s).*after (\\d+) dec.*", "$1")))
                    .isGreaterThanOrEqualTo(least));
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.gz", "m.zst"})
  void whole_garbageOrNoCompressedFile_stopsTheJob(String name) throws IOException {
    byte[] good = compress(name, SampleRow.json() + "\n");

    assertThatThrownBy(() -> rows(name, join(good, "garbage!".getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("can't be read to its end");
    assertThatThrownBy(() -> rows(name, SampleRow.json().getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("can't be read to its end");
  }

  @Test
  void whole_gzipWithAChangedByte_stopsTheJob() throws IOException {
    byte[] file = compress("m.gz", manyRows());
    file[file.length / 2] ^= 1;

    assertThatThrownBy(() -> rows("m.gz", file))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("can't be read to its end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.jsonl", "m.gz", "m.zst"})
  void whole_fileSystemFails_isNoFaultOfTheManifest(String name) throws IOException {
    byte[] file = compress(name, manyRows());
    for (int length : new int[] {0, 5, file.length / 2, file.length}) {
      InputStream in =
          new SequenceInputStream(
              new ByteArrayInputStream(Arrays.copyOf(file, length)), new FailingStream());

      assertThatThrownBy(() -> rows(name, in))
          .satisfiesAnyOf(
              e -> assertThat(e).isInstanceOf(IOException.class).hasMessage("mount is gone"),
              e ->
                  assertThat(e)
                      .isInstanceOf(JobFailure.class)
                      .hasMessageStartingWith("The manifest " + name + " can't be read at byte ")
                      .hasMessageContaining("mount is gone")
                      .returns(JobFailure.Kind.SYSTEM, f -> ((JobFailure) f).kind()));
    }
  }

  @Test
  void range_rangesOfAFile_giveItsRowsOnce(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a b#%.jsonl");
    Files.writeString(file, manyRows());
    List<ManifestRow> all = rows(file.toString(), Files.readAllBytes(file));
    List<ManifestRow> inRanges = new ArrayList<>();
    long step = Files.size(file) / 7;
    for (long start = 0; start < Files.size(file); start += step) {
      InputStream in = Files.newInputStream(file);
      in.skipNBytes(LineReader.firstByteToRead(start));
      ManifestSplit split = SampleRow.split(file.toString(), start, start + step);
      try (JsonLinesReader reader =
          new JsonLinesReader(split, in, MAX_ROW_BYTES, SampleRow.FIELDS)) {
        reader.forEachRemaining(inRanges::add);
      }
    }

    assertThat(all).hasSize(5000).allMatch(ManifestRow::added);
    assertThat(inRanges).isEqualTo(all);
  }

  @Test
  void whole_rowOf50Megabytes_isOneFaultBetweenGoodRows() throws IOException {
    String huge = SampleRow.json("extra", "\"" + "x".repeat(50_000_000) + "\"");
    String text = SampleRow.json() + "\n" + huge + "\n" + SampleRow.json() + "\n";

    List<ManifestRow> rows = rows("m.zst", compress("m.zst", text));

    assertThat(rows).extracting(ManifestRow::added).containsExactly(true, false, true);
    assertThat(rows.get(1).fault())
        .isEqualTo(
            "the row has %d bytes, more than manifest.max-row-bytes (1048576)"
                .formatted(huge.length()));
  }

  private static final class FailingStream extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("mount is gone");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return read();
    }
  }
}
