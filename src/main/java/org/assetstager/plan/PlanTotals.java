package org.assetstager.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Sizes;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.SizeSums;

/** How many contents of a plan the exclusion decides about in which way, and their bytes. */
public final class PlanTotals {
  static final RecordCodec<Decided> DECIDED = RecordCodec.of(Decided.class);

  private final Map<Exclusion, Total> totals;

  private PlanTotals(Map<Exclusion, Total> totals) {
    this.totals = totals;
  }

  /**
   * Contents and their bytes.
   *
   * @param bytes {@link Long#MAX_VALUE} where that is more
   */
  public record Total(long contents, long bytes) {}

  /** What was decided about one content. */
  record Decided(Exclusion exclusion, long size) {}

  /** Counts a plan, in the columns of {@link UploadPlanner#PLAN}. */
  public static PlanTotals of(Dataset<Row> plan) {
    Map<Exclusion, Total> totals = new EnumMap<>(Exclusion.class);
    for (Row row :
        plan.map(new Decide(), DECIDED.encoder())
            .groupBy("exclusion")
            .agg(count(lit(1)), SizeSums.of(col("size")))
            .collectAsList()) {
      totals.put(Exclusion.valueOf(row.getString(0)), new Total(row.getLong(1), row.getLong(2)));
    }
    return new PlanTotals(totals);
  }

  /** Returns the contents of one decision. */
  public Total of(Exclusion exclusion) {
    return totals.getOrDefault(exclusion, new Total(0, 0));
  }

  /** Returns what has to be proved or uploaded. */
  public Total toUpload() {
    Total prove = of(Exclusion.PROVE);
    Total upload = of(Exclusion.UPLOAD);
    return new Total(
        prove.contents() + upload.contents(), Sizes.sum(prove.bytes(), upload.bytes()));
  }

  /** Decides about a content. */
  static final class Decide implements MapFunction<Row, Row> {
    @Override
    public Row call(Row row) {
      PlannedContent planned = UploadPlanner.PLAN.fromRow(row);
      return DECIDED.toRow(new Decided(planned.exclusion(), planned.content().size()));
    }
  }
}
