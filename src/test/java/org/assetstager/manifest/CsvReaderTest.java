package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvReaderTest {
  private static List<List<String>> read(String text, long start, boolean quoted, long end) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int from = (int) LineReader.firstByteToRead(start);
    List<List<String>> records = new ArrayList<>();
    try (CsvReader reader =
        new CsvReader(
            "list",
            new ByteArrayInputStream(bytes, from, bytes.length - from),
            start,
            quoted,
            end,
            100_000)) {
      for (List<byte[]> record = reader.next(); record != null; record = reader.next()) {
        records.add(
            record.stream().map(field -> new String(field, StandardCharsets.UTF_8)).toList());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return records;
  }

  private static List<List<String>> whole(String text) {
    return read(text, 0, false, Long.MAX_VALUE);
  }

  @Test
  void next_recordsOfAllKinds_givesTheirFields() {
    assertThat(whole("\uFEFFpath,b\r\n\"a,\"\"é\r\n\"\"\",\r\n\n , x \r\n\"\",\"y\""))
        .containsExactly(
            List.of("path", "b"),
            List.of("a,\"é\r\n\"", ""),
            List.of(" ", " x "),
            List.of("", "y"));
  }

  @Test
  void next_loneCarriageReturn_belongsToTheField() {
    assertThat(whole("a\rb,c\r\n")).containsExactly(List.of("a\rb", "c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "a\"b,c | has a quote inside a field",
        "\"a\"b,c | has text after the end of a quoted field",
        "\"a | ends inside a quoted field",
      })
  void next_noCsv_saysWhere(String text, String problem) {
    assertThatThrownBy(() -> whole(text))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("in the record that begins at byte 0");
  }

  @Test
  void next_recordWithoutEnd_isRefusedAtTheLimit() {
    assertThatThrownBy(() -> whole("\"" + "x".repeat(200_000)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("more than 100000 bytes");
  }

  @Provide
  Arbitrary<List<List<String>>> records() {
    Arbitrary<String> field =
        Arbitraries.of("", "a", ",", "\"", "\n", "\r\n", "\r", "é", "x,y\n\"z\"", " ", "\uFEFF")
            .list()
            .ofMaxSize(4)
            .map(parts -> String.join("", parts));
    return field.list().ofMinSize(2).ofMaxSize(3).list().ofMaxSize(6);
  }

  @Property
  void next_anyDivisionIntoRanges_readsEachRecordOnce(
      @ForAll("records") List<List<String>> records, @ForAll int[] cuts) {
    String text =
        records.stream()
            .map(
                record ->
                    record.stream()
                            .map(field -> "\"" + field.replace("\"", "\"\"") + "\"")
                            .collect(Collectors.joining(","))
                        + "\n")
            .collect(Collectors.joining());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TreeSet<Integer> starts = new TreeSet<>(List.of(0));
    Arrays.stream(cuts).map(cut -> Math.floorMod(cut, bytes.length + 1)).forEach(starts::add);
    List<List<String>> read = new ArrayList<>();
    for (int start : starts) {
      Integer end = starts.higher(start);
      long quotes = 0;
      for (int i = 0; i < start; i++) {
        quotes += bytes[i] == '"' ? 1 : 0;
      }
      read.addAll(read(text, start, quotes % 2 == 1, end == null ? Long.MAX_VALUE : end));
    }

    assertThat(read).isEqualTo(records);
  }
}
