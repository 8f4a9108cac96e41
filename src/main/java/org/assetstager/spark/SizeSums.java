package org.assetstager.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/** Sums of sizes in queries. */
public final class SizeSums {
  private SizeSums() {}

  /**
   * Returns an aggregate: the sum of sizes of at least 0, as a long that is never null; {@link
   * Long#MAX_VALUE} where it is more, since a sum of longs would fail.
   */
  public static Column of(Column sizes) {
    Column exact = sum(sizes.cast(DataTypes.createDecimalType(28, 0)));
    return least(coalesce(exact, lit(BigDecimal.ZERO)), lit(BigDecimal.valueOf(Long.MAX_VALUE)))
        .cast(DataTypes.LongType);
  }
}
