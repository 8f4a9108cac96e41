package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConflictingRowsTest {
  private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

  private final SparkSession spark = TestSpark.session();

  @SafeVarargs
  private Dataset<Row> rows(Map<String, Object>... values) {
    List<Row> rows = new ArrayList<>();
    for (Map<String, Object> row : values) {
      rows.add(ManifestReader.ROWS.toRow(SampleRow.FIELDS.row("m.jsonl", rows.size(), row)));
    }
    return spark.createDataFrame(rows, ManifestReader.ROWS.schema());
  }

  /** Position to whether the row has become a bad one. */
  private static Map<Long, Boolean> marked(Dataset<Row> rows) {
    Dataset<Row> marked = ConflictingRows.mark(rows, ConflictingRows.find(rows));
    Map<Long, Boolean> bad = new TreeMap<>();
    for (Row cells : ManifestReader.ROWS.select(marked).collectAsList()) {
      ManifestRow row = ManifestReader.ROWS.fromRow(cells);
      assertThat(bad.put(row.manifestPosition(), row.fault() != null)).isNull();
    }
    return bad;
  }

  /** The sample row with its modification time in seconds instead. */
  private static Map<String, Object> inSeconds(double mtime) {
    Map<String, Object> values = SampleRow.without("st_mtime_ns");
    values.put("st_mtime", mtime);
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "st_size, 6",
    "st_mtime_ns, 1795362024559918600",
    "st_ctime_ns, 1795362024559918603",
    "st_nlink, 2",
    "st_ino, 2156761",
  })
  void find_rowsThatDifferInAFact_conflict(String field, long value) {
    Dataset<Row> rows = rows(SampleRow.values(), SampleRow.with(field, value));

    TestSpark.assertRows(
        ConflictingRows.find(rows),
        ConflictingRows.FILES.schema(),
        List.of(
            ConflictingRows.FILES.toRow(
                new ConflictingRows.FileOfAsset("/data/asset", "a/b.txt"))));
    assertThat(marked(rows)).containsExactly(Map.entry(0L, true), Map.entry(1L, true));
  }

  @Test
  void find_otherMd5_conflicts() {
    assertThat(
            marked(
                rows(
                    SampleRow.with("md5", MD5),
                    SampleRow.with("md5", MD5.replace('d', 'e')),
                    SampleRow.with("path", "other"))))
        .containsExactly(Map.entry(0L, true), Map.entry(1L, true), Map.entry(2L, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"class_id", "asset", "content_id", "mime_type", "created_by", "top_hash"})
  void find_rowsThatDifferInWhatIsNoFact_dont(String field) {
    assertThat(marked(rows(SampleRow.with(field, "one"), SampleRow.with(field, "two"))))
        .doesNotContainValue(true);
  }

  @Test
  void find_equalRows_dont() {
    assertThat(marked(rows(SampleRow.values(), SampleRow.values(), SampleRow.values())))
        .hasSize(3)
        .doesNotContainValue(true);
  }

  @Test
  void find_md5OfOneRowOnly_doesnt() {
    assertThat(marked(rows(SampleRow.values(), SampleRow.with("md5", MD5))))
        .doesNotContainValue(true);
  }

  @Test
  void find_samePathBelowOtherRoots_doesnt() {
    assertThat(
            marked(
                rows(
                    SampleRow.values(),
                    SampleRow.with("root", "/data/other"),
                    SampleRow.with("path", "b"))))
        .doesNotContainValue(true);
  }

  @Test
  void find_pathsThatAreTheSameNormalised_conflict() {
    Map<String, Object> other = SampleRow.with("path", "a//./b.txt");
    other.put("st_size", 6L);

    assertThat(marked(rows(SampleRow.values(), other))).doesNotContainValue(false);
  }

  @Test
  void find_bothFormsOfOneTime_dont() {
    // As CPython computes it: 1795362024 + 1e-9 * 559918601.
    double seconds = 1_795_362_024 + 1e-9 * 559_918_601;

    assertThat(marked(rows(SampleRow.values(), inSeconds(seconds)))).doesNotContainValue(true);
  }

  @Test
  void find_bothFormsOfATimeBefore1970_dont() {
    Map<String, Object> nanos = SampleRow.with("st_mtime_ns", -1_500_000_001L);

    assertThat(marked(rows(nanos, inSeconds(-2 + 1e-9 * 499_999_999)))).doesNotContainValue(true);
  }

  @Test
  void find_bothFormsOfATimeBeyond2262_dont() {
    Map<String, Object> nanos =
        SampleRow.with("st_mtime_ns", new BigInteger("10413792000123456789"));

    assertThat(marked(rows(nanos, inSeconds(10_413_792_000L + 1e-9 * 123_456_789))))
        .doesNotContainValue(true);
    assertThat(
            marked(
                rows(nanos, SampleRow.with("st_mtime_ns", new BigInteger("10413792000123456788")))))
        .doesNotContainValue(false);
  }

  @Test
  void find_otherTimeInTheOtherForm_conflicts() {
    double seconds = Math.nextUp(1_795_362_024 + 1e-9 * 559_918_601);

    assertThat(marked(rows(SampleRow.values(), inSeconds(seconds)))).doesNotContainValue(false);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE})
  void find_timesAtTheEndOfTheirRange_areTimesLikeOthers(long nanos) {
    assertThat(
            marked(
                rows(
                    SampleRow.with("st_mtime_ns", nanos),
                    SampleRow.with("st_mtime_ns", nanos),
                    SampleRow.with("path", "other"))))
        .hasSize(3)
        .doesNotContainValue(true);
  }

  @Test
  void find_rowsThatArentAddedOrAreBad_takeNoPart() {
    Map<String, Object> committed = SampleRow.with("state", "committed");
    committed.put("st_size", 99L);
    Map<String, Object> proxy = SampleRow.with("proxy", true);
    proxy.put("st_size", 98L);
    Map<String, Object> bad = SampleRow.with("st_size", "many");

    assertThat(marked(rows(SampleRow.values(), committed, proxy, bad)))
        .containsExactly(
            Map.entry(0L, false), Map.entry(1L, false), Map.entry(2L, false), Map.entry(3L, true));
  }

  @Test
  void mark_conflict_saysSoAndKeepsTheRow() {
    Dataset<Row> rows = rows(SampleRow.values(), SampleRow.with("st_size", 6L));

    List<ManifestRow> bad =
        ManifestReader.ROWS
            .select(ConflictingRows.mark(rows, ConflictingRows.find(rows)))
            .collectAsList()
            .stream()
            .map(ManifestReader.ROWS::fromRow)
            .toList();

    assertThat(bad)
        .extracting(ManifestRow::fault)
        .containsOnly(
            "the manifest has several rows for this file, and what they store about it differs");
    assertThat(bad).extracting(ManifestRow::path).containsOnly("a/b.txt");
    assertThat(bad).extracting(ManifestRow::storedSize).containsExactlyInAnyOrder(5L, 6L);
  }
}
