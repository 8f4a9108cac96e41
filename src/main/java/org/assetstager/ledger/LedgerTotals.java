package org.assetstager.ledger;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.assetstager.asset.Outcome;

/** Counts what a ledger says. */
public final class LedgerTotals {
  private LedgerTotals() {}

  /**
   * The rows of one outcome.
   *
   * @param bytes the sum of the known sizes, {@link Long#MAX_VALUE} where that is more; in a ledger
   *     that somebody altered it may be negative
   * @param bytesUploaded of the objects that the run put
   */
  public record Total(long rows, long bytes, long bytesUploaded) {}

  /** Counts a ledger's rows by outcome; outcomes that don't occur are left out. */
  public static Map<Outcome, Total> count(Dataset<Row> ledger) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    List<Row> rows =
        ledger
            .groupBy("outcome")
            .agg(
                functions.count(lit(1)),
                exactSum(coalesce(col("size"), lit(0L))),
                exactSum(col("bytes_uploaded")))
            .collectAsList();
    for (Row row : rows) {
      totals.put(
          Outcome.valueOf(row.getString(0)),
          new Total(row.getLong(1), clamp(row.getDecimal(2)), clamp(row.getDecimal(3))));
    }
    return totals;
  }

  /** A manifest may claim any size: a sum of longs could overflow. */
  private static Column exactSum(Column bytes) {
    return sum(bytes.cast(DataTypes.createDecimalType(28, 0)));
  }

  private static long clamp(BigDecimal sum) {
    BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE);
    return sum.min(most).max(most.negate()).longValueExact();
  }
}
