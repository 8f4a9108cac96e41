package org.assetstager;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.assetstager.asset.Outcome;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.html.AssetTotals;

/** Counts a ledger by asset: as many assets as somebody reads, and the rest in one. */
final class LedgerAssets {
  /** A name is cut only to be shown; assets whose names begin alike stay apart. */
  private static final int MOST_CHARACTERS = 1000;

  private static final int BEFORE_OUTCOMES = 2;

  private LedgerAssets() {}

  /**
   * Counts.
   *
   * @param totals of the whole ledger
   */
  static AssetTotals of(Dataset<Row> ledger, OutcomeTotals totals) {
    Dataset<Row> assets = byAsset(ledger, totals);
    List<Row> rows =
        assets
            .orderBy(col("all_bytes").desc(), col("all_rows").desc(), col("asset_name"))
            .limit(AssetTotals.MOST + 1)
            .withColumn("asset_name", substring(col("asset_name"), 1, MOST_CHARACTERS))
            .collectAsList();
    boolean more = rows.size() > AssetTotals.MOST;
    List<AssetTotals.Asset> largest = new ArrayList<>();
    for (Row row : rows.subList(0, Math.min(rows.size(), AssetTotals.MOST))) {
      largest.add(new AssetTotals.Asset(row.getString(0), outcomes(row, present(totals))));
    }
    long others = more ? assets.count() - AssetTotals.MOST : 0;
    return new AssetTotals(largest, others, rest(totals, largest, more));
  }

  private static List<Outcome> present(OutcomeTotals totals) {
    List<Outcome> present = new ArrayList<>(List.of(Outcome.values()));
    present.removeIf(outcome -> totals.of(outcome).rows() == 0);
    return present;
  }

  private static Dataset<Row> byAsset(Dataset<Row> ledger, OutcomeTotals totals) {
    Column bytes = coalesce(col("size"), lit(0L)).cast(DataTypes.createDecimalType(28, 0));
    List<Column> sums = new ArrayList<>();
    sums.add(count(lit(1)).as("all_rows"));
    for (Outcome outcome : present(totals)) {
      Column its = col("outcome").equalTo(outcome.name());
      sums.add(count(when(its, lit(1))).as(outcome + "_rows"));
      sums.add(coalesce(sum(when(its, bytes)), lit(BigDecimal.ZERO)).as(outcome + "_bytes"));
    }
    return ledger
        .groupBy(coalesce(col("asset"), col("root"), lit("")).as("asset_name"))
        .agg(sum(bytes).as("all_bytes"), sums.toArray(Column[]::new));
  }

  private static OutcomeTotals outcomes(Row row, List<Outcome> present) {
    Map<Outcome, OutcomeTotals.Total> totals = new EnumMap<>(Outcome.class);
    int at = BEFORE_OUTCOMES + 1;
    for (Outcome outcome : present) {
      totals.put(outcome, new OutcomeTotals.Total(row.getLong(at), clamp(row.getDecimal(at + 1))));
      at += 2;
    }
    return new OutcomeTotals(totals);
  }

  /** What the totals have and the shown assets haven't. */
  private static OutcomeTotals rest(
      OutcomeTotals totals, List<AssetTotals.Asset> shown, boolean more) {
    Map<Outcome, OutcomeTotals.Total> rest = new EnumMap<>(Outcome.class);
    if (more) {
      totals
          .byOutcome()
          .forEach(
              (outcome, all) -> {
                long rows = all.rows();
                long bytes = all.bytes();
                for (AssetTotals.Asset asset : shown) {
                  rows -= asset.totals().of(outcome).rows();
                  bytes -= Math.min(bytes, asset.totals().of(outcome).bytes());
                }
                rest.put(outcome, new OutcomeTotals.Total(Math.max(0, rows), bytes));
              });
    }
    return new OutcomeTotals(rest);
  }

  /** A manifest may claim any size. */
  private static long clamp(BigDecimal sum) {
    return sum.min(BigDecimal.valueOf(Long.MAX_VALUE)).max(BigDecimal.ZERO).longValueExact();
  }
}
