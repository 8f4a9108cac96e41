package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.common.collect.Iterators;
import com.google.common.primitives.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesRowTest {
  private static final byte[] END = {'\n'};

  private static ManifestRow parse(String json) {
    return parse(json.getBytes(StandardCharsets.UTF_8), false);
  }

  private static ManifestRow parse(byte[] bytes, boolean last) {
    byte[] file = Bytes.concat("  \t \r \n".getBytes(StandardCharsets.UTF_8), bytes, END);
    ByteArrayInputStream in = new ByteArrayInputStream(file, 0, file.length - (last ? 1 : 0));
    ManifestSplit split = SampleRow.split("m.jsonl", 0, Long.MAX_VALUE);
    try (JsonLinesReader reader = new JsonLinesReader(split, in, 1 << 26, SampleRow.FIELDS)) {
      return Iterators.getOnlyElement(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void parse_goodRow_isTheRowOfItsValues() {
    assertThat(parse(SampleRow.json())).isEqualTo(SampleRow.row(SampleRow.values()));
    assertThat(parse(" \t" + SampleRow.json() + " \r"))
        .isEqualTo(SampleRow.row(SampleRow.values()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "données/é.txt",
        "a b#c?d%e+f::g'h",
        "\uD83D\uDE00",
        "\u0001\u007f",
        "tab\tnewline\nquote\"backslash\\"
      })
  void parse_hostileName_isVerbatimRawAndEscaped(String path) {
    StringBuilder escaped = new StringBuilder();
    path.chars().forEach(c -> escaped.append(String.format("\\u%04X", c)));
    assertThat(parse(SampleRow.json("path", "\"" + escaped + "\"")))
        .returns(null, ManifestRow::fault)
        .returns(path, ManifestRow::path);

    if (path.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\')) {
      assertThat(parse(SampleRow.json("path", "\"" + path + "\"")).path()).isEqualTo(path);
    }
  }

  @Test
  void parse_nameThatPythonEscaped_isUnrepresentable() {
    assertThat(parse(SampleRow.json("path", "\"a\\udcff\"")))
        .returns(true, ManifestRow::unrepresentable)
        .returns("a\\udcff", ManifestRow::path);
  }

  @Property
  void parse_anyNumbers_areKeptExactly(
      @ForAll long inode,
      @ForAll BigInteger mtime,
      @ForAll BigInteger ctime,
      @ForAll double seconds) {
    String json =
        SampleRow.json(
            "st_ino",
            Long.toUnsignedString(inode),
            "st_mtime_ns",
            mtime.toString(),
            "st_ctime_ns",
            ctime.toString());
    assertThat(parse(json))
        .returns(null, ManifestRow::fault)
        .returns(inode, ManifestRow::storedInode)
        .returns(mtime, ManifestRow::storedMtimeNanos)
        .returns(ctime, ManifestRow::storedCtimeNanos);

    assertThat(
            parse(SampleRow.json("st_mtime_ns", "null", "st_mtime", Double.toString(seconds)))
                .storedMtimeSeconds())
        .isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "st_size|1e3|not the number 1000.0",
        "st_size|1.0|not the number 1.0",
        "st_size|{\"a\":[1]}|not an object",
        "path|[{}]|must be a string, not an array",
        "st_mtime|1e999|must be a finite number of seconds",
        "st_ino|18446744073709551616|not the number 18446744073709551616",
        "path|null|'path' is missing",
      })
  void parse_wrongValue_isFaultOfThatField(String name, String value, String expected) {
    assertThat(parse(SampleRow.json(name, value, "asset", "\"kept\"")))
        .returns("kept", ManifestRow::asset)
        .extracting(ManifestRow::fault)
        .asString()
        .contains(expected)
        .doesNotContain(";");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":[1,{\"b\":null}]}", "[]", "1e999", "\"\\udcff\"", "null"})
  void parse_unknownField_isIgnored(String value) {
    assertThat(parse(SampleRow.json("extra", value))).isEqualTo(SampleRow.row(SampleRow.values()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|the row is not a JSON object: it begins with '['",
        "\"x\"|the row is not a JSON object: it begins with 'x'",
        "12|the row is not a JSON object: it begins with '12'",
        "null|the row is not a JSON object: it begins with 'null'",
        "x|the row is not valid JSON near column",
        "{}{}|something follows the row's JSON object at column 3",
        "{} 1|something follows the row's JSON object at column 4",
        "{} x|the row is not valid JSON near column",
        "{\"asset\":\"kept\",\"st_size\":NaN}|the row is not valid JSON near column",
        "{\"asset\":\"kept\",\"st_size\":01}|the row is not valid JSON near column",
        "{\"asset\":\"kept\",\"asset\":\"b\"}|Duplicate field 'asset'",
        "{\"asset\":\"kept\",\"x\":{\"y\":1,\"y\":1}}|Duplicate field 'y'",
        "{\"asset\":\"kept\",}|the row is not valid JSON near column",
        "{'asset':\"kept\"}|the row is not valid JSON near column",
        "{\"asset\":\"kept\"/**/}|the row is not valid JSON near column",
        "{\"asset\":\"kept|the row is not valid JSON near column",
      })
  void parse_noJsonObject_isFaultWithItsPlace(String json, String expected) {
    assertThat(parse(json))
        .returns("m.jsonl", ManifestRow::manifestFile)
        .returns(7L, ManifestRow::manifestPosition)
        .extracting(ManifestRow::fault)
        .asString()
        .contains(expected)
        .doesNotContain("is missing", "\n")
        .hasSizeLessThan(250);
  }

  @Test
  void parse_faultHalfWay_keepsWhatCameBefore() {
    assertThat(parse("{\"path\":\"a\",\"st_size\":5,\"state\":\"pending\",!"))
        .returns("a", ManifestRow::path)
        .returns(5L, ManifestRow::storedSize)
        .returns("pending", ManifestRow::state);
    assertThat(parse("{\"path\":\"a\",!").state()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "-INF", "+1", "01", ".5", "DEEP"})
  void parse_noJson_givesNoAdviceForProgrammers(String value) {
    String json = "{\"x\":" + value.replace("DEEP", "[".repeat(201)) + "}";

    assertThat(parse(json).fault()).contains("not valid JSON near").doesNotContain("`");
  }

  @Test
  void parse_lastLineCutOff_saysThatTheFileSeemsCutOff() {
    byte[] cut = SampleRow.json().substring(0, 60).getBytes(StandardCharsets.UTF_8);

    assertThat(parse(cut, true).fault()).endsWith("so it may have been cut off");
    assertThat(parse(cut, false).fault()).doesNotContain("cut off");
    byte[] whole = SampleRow.json().getBytes(StandardCharsets.UTF_8);
    assertThat(parse(whole, true).fault()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"e9", "c080", "eda080", "f4908080", "c3", "80", "fe", "e282"})
  void parse_notUtf8_isFaultWithItsPlace(String hex) {
    byte[] bad = HexFormat.of().parseHex(hex);
    byte[] head = "{\"path\":\"é".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(head, head.length + bad.length + 2);
    System.arraycopy(bad, 0, bytes, head.length, bad.length);
    bytes[bytes.length - 2] = '"';
    bytes[bytes.length - 1] = '}';

    assertThat(parse(bytes, false).fault()).isEqualTo("the row is not UTF-8 at byte 12");
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 2);
    assertThat(parse(cut, false).fault()).isEqualTo("the row is not UTF-8 at byte 12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\0\"\0a\0\"\0:\0001\0}\0", "\0{\0}"})
  void parse_otherEncodings_areNoJson(String json) {
    assertThat(parse(json).fault()).contains("not valid JSON");
  }

  @Test
  void parse_deepNesting_isFault() {
    assertThat(parse("{\"x\":" + "[".repeat(100_000)).fault()).contains("nesting depth");
  }

  @Test
  void parse_megabytesInOneValue_costLinearTime() {
    // Enough for minutes of what costs quadratic time, also on a machine that is busy.
    int length = 8_000_000;
    String digits = "9".repeat(length);
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          assertThat(parse(SampleRow.json("st_size", digits)).fault())
              .endsWith("not a number of more than 1000 digits");
          assertThat(parse(SampleRow.json("st_mtime", "0." + digits)).fault())
              .endsWith("not a number of more than 1000 digits");
          assertThat(parse(SampleRow.json("extra", digits)).fault()).isNull();
          assertThat(parse(SampleRow.json("path", "\"" + digits + "\"")).path()).hasSize(length);
          assertThat(parse(SampleRow.json("x" + digits, "1")).fault()).isNull();
        });
  }

  @Test
  void parse_namesWithEqualHashes_areRead() {
    StringBuilder json = new StringBuilder("{\"path\":\"a\"");
    for (int i = 0; i < 1 << 14; i++) {
      json.append(",\"");
      for (int bit = 0; bit < 14; bit++) {
        json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append("\":1");
    }

    assertThatCode(() -> assertThat(parse(json + "}").path()).isEqualTo("a"))
        .doesNotThrowAnyException();
  }
}
