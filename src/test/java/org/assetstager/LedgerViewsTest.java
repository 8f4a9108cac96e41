package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerFacts;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.html.AssetTotals;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.RunFolder;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken from a ledger to be shown: rows that need a person, and totals by asset. */
class LedgerViewsTest {
  private static LedgerRow row(
      Outcome outcome, long position, String asset, Long size, String detail) {
    return new LedgerRow(
        "r",
        "m",
        position,
        "top",
        "c",
        asset,
        "/root",
        "p" + position,
        size,
        null,
        "i",
        null,
        "X",
        detail,
        outcome,
        null,
        null,
        null,
        null,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        "t",
        "b",
        "a",
        false,
        LedgerFacts.NONE);
  }

  private static Dataset<Row> ledger(List<LedgerRow> rows) {
    return TestSpark.session()
        .createDataFrame(
            rows.stream().map(LedgerRow.CODEC::toRow).toList(), LedgerRow.CODEC.schema());
  }

  private static OutcomeTotals totals(List<LedgerRow> rows) {
    Map<Outcome, OutcomeTotals.Total> totals = new EnumMap<>(Outcome.class);
    for (LedgerRow row : rows) {
      OutcomeTotals.Total one = new OutcomeTotals.Total(1, row.size() == null ? 0 : row.size());
      totals.merge(
          row.outcome(),
          one,
          (a, b) -> new OutcomeTotals.Total(a.rows() + b.rows(), a.bytes() + b.bytes()));
    }
    return new OutcomeTotals(totals);
  }

  private static List<LedgerRow> rows(Outcome outcome, int count, int from) {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = count - 1; i >= 0; i--) {
      rows.add(row(outcome, from + i, "a", 1L, null));
    }
    return rows;
  }

  @Test
  void ledger_ofABuildWithoutDryRun_canBeRead(@TempDir Path folder) throws IOException {
    ledger(rows(Outcome.STAGED, 1, 0)).drop("dry_run").coalesce(1).write().parquet(folder + "/old");
    Path ledger = Files.createDirectories(folder.resolve("run_id=r/ledger"));
    try (Stream<Path> files = Files.list(folder.resolve("old"))) {
      Path only =
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.copy(only, ledger.resolve("part-00000.parquet"));
    }
    Files.writeString(ledger.resolve("_SUCCESS"), "1");
    RunFolder run = new RunFolder("file:" + folder, "r", new Configuration());

    Row row = PublishedLedger.read(TestSpark.session(), run, LedgerRow.CODEC).first();

    assertThat(LedgerRow.CODEC.fromRow(row).path()).isEqualTo("p0");
    assertThat(LedgerRow.CODEC.fromRow(row).dryRun()).isNull();
  }

  @Test
  void people_fewRows_areAllThereInTheManifestsOrder() {
    List<LedgerRow> rows = new ArrayList<>(rows(Outcome.DELETED, 5, 100));
    rows.addAll(rows(Outcome.FAILED, 3, 0));
    rows.addAll(rows(Outcome.STAGED, 50, 1000));

    Map<Outcome, List<LedgerRow>> people = LedgerPeople.of(ledger(rows), totals(rows), 10);

    assertThat(people.keySet()).containsExactly(Outcome.DELETED, Outcome.FAILED);
    assertThat(people.get(Outcome.DELETED))
        .extracting(LedgerRow::manifestPosition)
        .containsExactly(100L, 101L, 102L, 103L, 104L);
    assertThat(people.get(Outcome.FAILED)).hasSize(3);
  }

  @Test
  void people_manyRowsOfOneOutcome_leaveRoomForTheOthers() {
    List<LedgerRow> rows = new ArrayList<>(rows(Outcome.DELETED, 500, 100));
    rows.addAll(rows(Outcome.MODIFIED, 40, 1000));
    rows.addAll(rows(Outcome.FAILED, 2, 0));

    Map<Outcome, List<LedgerRow>> people = LedgerPeople.of(ledger(rows), totals(rows), 100);

    assertThat(people.get(Outcome.FAILED)).hasSize(2);
    assertThat(people.get(Outcome.MODIFIED)).hasSize(40);
    assertThat(people.get(Outcome.DELETED)).hasSize(58);
    assertThat(people.get(Outcome.DELETED).get(57).manifestPosition()).isEqualTo(157);
  }

  @Test
  void people_longTexts_areCut() {
    List<LedgerRow> rows = List.of(row(Outcome.INVALID, 1, "a", null, "x".repeat(100_000)));

    LedgerRow shown = LedgerPeople.of(ledger(rows), totals(rows), 10).get(Outcome.INVALID).get(0);

    assertThat(shown.detail()).hasSize(4097);
    assertThat(shown.mimeType()).isNull();
  }

  @Test
  void people_none_areNoQuery() {
    List<LedgerRow> rows = rows(Outcome.STAGED, 2, 0);
    assertThat(LedgerPeople.of(ledger(rows), totals(rows), 10)).isEmpty();
  }

  @Test
  void assets_fewOnes_areAllThereTheLargestFirst() {
    List<LedgerRow> rows =
        List.of(
            row(Outcome.STAGED, 1, "small", 10L, null),
            row(Outcome.STAGED, 2, "large", 1000L, null),
            row(Outcome.DELETED, 3, "large", null, null),
            row(Outcome.MODIFIED, 4, null, 20L, null));

    AssetTotals assets = LedgerAssets.of(ledger(rows), totals(rows));

    assertThat(assets.largest())
        .extracting(AssetTotals.Asset::name)
        .containsExactly("large", "/root", "small");
    assertThat(assets.largest().get(0).totals().of(Outcome.STAGED))
        .isEqualTo(new OutcomeTotals.Total(1, 1000));
    assertThat(assets.largest().get(0).totals().of(Outcome.DELETED))
        .isEqualTo(new OutcomeTotals.Total(1, 0));
    assertThat(assets.otherAssets()).isZero();
    assertThat(assets.others().rows()).isZero();
  }

  @Test
  void assets_manyOnes_sumUpToTheWhole() {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = 0; i < 3 * AssetTotals.MOST; i++) {
      rows.add(row(Outcome.STAGED, i, "asset" + i, (long) i, null));
      rows.add(row(Outcome.DELETED, 1000 + i, "asset" + i, 1L, null));
    }
    OutcomeTotals totals = totals(rows);

    AssetTotals assets = LedgerAssets.of(ledger(rows), totals);

    assertThat(assets.largest()).hasSize(AssetTotals.MOST);
    assertThat(assets.largest().get(0).name()).isEqualTo("asset149");
    assertThat(assets.otherAssets()).isEqualTo(2 * AssetTotals.MOST);
    for (Outcome outcome : List.of(Outcome.STAGED, Outcome.DELETED)) {
      long shown =
          assets.largest().stream().mapToLong(asset -> asset.totals().of(outcome).bytes()).sum();
      assertThat(shown + assets.others().of(outcome).bytes()).isEqualTo(totals.of(outcome).bytes());
      assertThat(assets.others().of(outcome).rows()).isEqualTo(2L * AssetTotals.MOST);
    }
  }
}
