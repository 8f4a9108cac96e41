package org.assetstager.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.testing.SampleRows.FILE;
import static org.assetstager.testing.SampleRows.md5;
import static org.assetstager.testing.SampleRows.other;
import static org.assetstager.testing.SampleRows.unchanged;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.Outcome;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.spark.RecordCodec;
import org.assetstager.testing.TestSpark;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.junit.jupiter.api.Test;

class BuildLedgerTest {
  private static final RecordCodec<VerifiedRow> VERIFIED = RecordCodec.of(VerifiedRow.class);

  private final SparkSession spark = TestSpark.session();

  private Dataset<Row> verified(Stream<VerifiedRow> rows) {
    return spark.createDataFrame(rows.map(VERIFIED::toRow).toList(), VERIFIED.schema());
  }

  private Dataset<Row> contents(ContentOutcome... contents) {
    return spark.createDataFrame(
        Stream.of(contents).map(BuildLedger.CONTENTS::toRow).toList(),
        BuildLedger.CONTENTS.schema());
  }

  private static ContentOutcome content(int content, Outcome outcome, long by) {
    return new ContentOutcome(
        "top", md5(content), outcome, null, null, 5, FILE, by, null, null, 9_000L);
  }

  /** Position to outcome, with what it is a duplicate of; a position that is there twice fails. */
  private static Map<Long, String> outcomes(JavaRDD<Row> ledger) {
    Map<Long, String> outcomes = new TreeMap<>();
    for (Row cells : ledger.collect()) {
      LedgerRow row = BuildLedger.LEDGER.fromRow(cells);
      String by = row.duplicateOf() == null ? "" : row.duplicateOf().replace(FILE + "#", " of ");
      assertThat(outcomes.put(row.manifestPosition(), row.outcome() + by)).isNull();
    }
    return outcomes;
  }

  private static Dataset<Row> table(JavaRDD<Row> ledger) {
    return TestSpark.session().createDataFrame(ledger, BuildLedger.LEDGER.schema());
  }

  private static LedgerRows rows() {
    var settings =
        new BucketSettings(
            "bucket",
            "",
            null,
            "us-east-1",
            false,
            new Credentials(null, null, null, null, null),
            BucketSettings.Listing.AUTO,
            null);
    return new LedgerRows("run", false, settings, settings);
  }

  @Test
  void of_rowsOfAllVerdicts_isOneLedgerRowEach() {
    Map<Long, String> expected = new TreeMap<>();
    List<VerifiedRow> rows = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.UNCHANGED) {
        long position = rows.size();
        rows.add(other(position, verdict));
        expected.put(position, verdict.name());
      }
    }
    rows.add(unchanged(20, "top", md5(1), 5));
    expected.put(20L, "STAGED");
    rows.add(unchanged(21, "top", md5(1), 5));
    expected.put(21L, "DUPLICATE of 20");
    rows.add(unchanged(22, "top", md5(2), 5));
    expected.put(22L, "KNOWN_REMOTE");
    ContentOutcome nobodys = content(3, Outcome.STAGED, 99);

    JavaRDD<Row> ledger =
        BuildLedger.of(
            verified(rows.stream()),
            contents(content(1, Outcome.STAGED, 20), content(2, Outcome.KNOWN_REMOTE, 22), nobodys),
            rows());

    assertThat(outcomes(ledger)).isEqualTo(expected);
  }

  @Test
  void of_contentOfAnotherNamespace_isAnotherContent() {
    Dataset<Row> verified =
        verified(Stream.of(unchanged(1, "top", md5(1), 5), unchanged(2, "two", md5(1), 5)));
    ContentOutcome second =
        new ContentOutcome(
            "two", md5(1), Outcome.KNOWN_STAGING, null, null, 0, FILE, 2, null, null, null);

    assertThat(
            outcomes(
                BuildLedger.of(verified, contents(content(1, Outcome.STAGED, 1), second), rows())))
        .containsExactly(Map.entry(1L, "STAGED"), Map.entry(2L, "KNOWN_STAGING"));
  }

  @Test
  void of_rowsTriedInVain_haveTheOutcomeOfTheirOwnAttempt() {
    Dataset<Row> verified =
        verified(LongStream.rangeClosed(1, 5).mapToObj(i -> unchanged(i, "top", md5(1), 5)));

    Map<Long, String> ledger =
        outcomes(
            BuildLedger.of(
                verified,
                contents(content(1, Outcome.STAGED, 3)),
                contents(content(1, Outcome.MODIFIED, 1), content(1, Outcome.UNREADABLE, 2)),
                rows()));

    assertThat(ledger)
        .containsExactly(
            Map.entry(1L, "MODIFIED"),
            Map.entry(2L, "UNREADABLE"),
            Map.entry(3L, "STAGED"),
            Map.entry(4L, "DUPLICATE of 3"),
            Map.entry(5L, "DUPLICATE of 3"));
  }

  @Test
  void of_noAttemptsInVain_isAsWithoutThem() {
    Dataset<Row> verified =
        verified(Stream.of(unchanged(1, "top", md5(1), 5), other(2, Verdict.DELETED)));
    Dataset<Row> contents = contents(content(1, Outcome.FAILED, 1));

    TestSpark.assertRows(
        table(BuildLedger.of(verified, contents, contents(), rows())),
        BuildLedger.LEDGER.schema(),
        BuildLedger.of(verified, contents, rows()).collect());
  }

  @Test
  void of_candidateWithoutAnOutcome_stopsTheJobRatherThanLoseARow() {
    Dataset<Row> verified = verified(Stream.of(unchanged(1, "top", md5(1), 5)));

    assertThatThrownBy(() -> BuildLedger.of(verified, contents(), rows()).collect())
        .hasStackTraceContaining("No outcome for " + FILE + "#1");
  }

  @Test
  void of_manyRowsOfOneContent_losesAndDoublesNone() {
    Dataset<Row> verified =
        verified(LongStream.range(0, 5_000).mapToObj(i -> unchanged(i, "top", md5(1), 5)));

    Map<Outcome, LedgerTotals.Total> totals =
        LedgerTotals.count(
            table(BuildLedger.of(verified, contents(content(1, Outcome.STAGED, 0)), rows())));

    assertThat(totals)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Outcome.STAGED, new LedgerTotals.Total(1, 5, 5),
                Outcome.DUPLICATE, new LedgerTotals.Total(4_999, 24_995, 0)));
  }
}
