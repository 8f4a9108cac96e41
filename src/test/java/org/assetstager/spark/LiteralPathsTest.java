package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Row;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class LiteralPathsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with:colon", "a[b]{c} #?*", "a[b]:c"})
  void read_severalFilesOfAnyName_areReadOnceEach(String name) throws IOException {
    Path odd = Files.createDirectories(folder.resolve(name));
    String one = Files.writeString(odd.resolve("one.jsonl"), "{\"n\": 1}\n").toString();
    String two = Files.writeString(odd.resolve("two*.jsonl"), "{\"n\": 2}\n").toString();
    Files.writeString(odd.resolve("two more.jsonl"), "{\"n\": 3}\n");

    assertThat(
            LiteralPaths.read(TestSpark.session().read(), DataFrameReader::json, one, two)
                .collectAsList())
        .extracting((Row row) -> row.getLong(0))
        .containsExactlyInAnyOrder(1L, 2L);
  }
}
