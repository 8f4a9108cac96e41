package org.assetstager.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestLinesTest {
  private static final String TEXT = "{}\n\nbad\n{\"é\":1}\nlast";

  @TempDir private Path folder;

  private static Map<Long, String> places(Path file, Long... positions) {
    String name = "file:" + file;
    return ManifestLines.of(
            Map.of(name, new TreeSet<>(List.of(positions))), new Configuration(false))
        .get(name);
  }

  @Test
  void of_rowsOfLines_areOnTheirLines() throws IOException {
    Path file = Files.writeString(folder.resolve("m.jsonl"), TEXT);

    assertThat(places(file, 0L, 4L, 8L, 17L))
        .isEqualTo(Map.of(0L, "line 1", 4L, "line 3", 8L, "line 4", 17L, "line 5"));
  }

  @Test
  void of_rowsOfACompressedFile_areOnTheLinesOfItsText() throws IOException {
    Path file = folder.resolve("m.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(TEXT.getBytes(UTF_8));
    }

    assertThat(places(file, 8L)).isEqualTo(Map.of(8L, "line 4"));
  }

  @Test
  void of_rowsOfParquetAndAma_areCountedFromOne() {
    assertThat(places(folder.resolve("m.parquet"), 4L)).isEqualTo(Map.of(4L, "row 5"));
    assertThat(places(folder.resolve("r/.asset/manifests/a/1.json"), 0L))
        .isEqualTo(Map.of(0L, "row 1"));
  }

  @Test
  void of_fileThatIsGoneOrShorter_isLeftOut() throws IOException {
    Path file = Files.writeString(folder.resolve("m.jsonl"), TEXT);

    assertThat(places(file, 4L, 10_000L)).isEqualTo(Map.of(4L, "line 3"));
    assertThat(places(folder.resolve("gone.jsonl"), 4L)).isEmpty();
  }
}
