package org.assetstager.ledger;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;

/** Joins every verified row with what became of its content. */
public final class BuildLedger {
  /** The codec of the ledger's rows. */
  public static final RecordCodec<LedgerRow> LEDGER = RecordCodec.of(LedgerRow.class);

  /** The codec of the contents' outcomes. */
  public static final RecordCodec<ContentOutcome> CONTENTS = RecordCodec.of(ContentOutcome.class);

  private static final RecordCodec<VerifiedRow> VERIFIED = RecordCodec.of(VerifiedRow.class);

  private BuildLedger() {}

  /**
   * Makes the ledger's rows, of {@link #LEDGER}; runs the Spark jobs that they need first.
   *
   * @param verified one for each manifest row
   * @param contents one for each content of a candidate
   * @param attempts rows whose file was tried for a content and failed, before another was tried; a
   *     row is there once at most
   */
  public static JavaRDD<Row> of(
      Dataset<Row> verified, Dataset<Row> contents, Dataset<Row> attempts, LedgerRows ledgerRows) {
    Dataset<Row> rows = VERIFIED.select(verified);
    Column sameRow =
        col("manifest_file")
            .equalTo(col("by_file"))
            .and(col("manifest_position").equalTo(col("by_position")));
    Dataset<Row> tried = rows.join(CONTENTS.select(attempts), sameRow);
    Dataset<Row> others = rows.join(CONTENTS.select(attempts), sameRow, "left_anti");
    return withContents(others, contents).union(tried).javaRDD().map(new ToLedger(ledgerRows));
  }

  /** As {@link #of}, where no row was tried and failed before another. */
  public static JavaRDD<Row> of(
      Dataset<Row> verified, Dataset<Row> contents, LedgerRows ledgerRows) {
    return withContents(VERIFIED.select(verified), contents)
        .javaRDD()
        .map(new ToLedger(ledgerRows));
  }

  private static Dataset<Row> withContents(Dataset<Row> rows, Dataset<Row> contents) {
    Column candidate = col("verdict").equalTo(lit(Verdict.UNCHANGED.name()));
    Column sameContent =
        col("md5")
            .equalTo(col("content_md5"))
            .and(col("top_hash").equalTo(col("content_top_hash")));
    Dataset<Row> candidates =
        rows.filter(candidate).join(CONTENTS.select(contents), sameContent, "left_outer");
    // The others have no content, and needn't be shuffled to learn it.
    Dataset<Row> rest = rows.filter(functions.not(candidate));
    for (StructField field : CONTENTS.schema().fields()) {
      rest = rest.withColumn(field.name(), lit(null).cast(field.dataType()));
    }
    return candidates.union(rest);
  }

  /** Makes a ledger row of a verified row and, behind it, its content's outcome. */
  static final class ToLedger implements Function<Row, Row> {
    private final LedgerRows ledgerRows;

    ToLedger(LedgerRows ledgerRows) {
      this.ledgerRows = ledgerRows;
    }

    @Override
    public Row call(Row row) {
      int contentAt = VERIFIED.schema().length();
      ContentOutcome content = row.isNullAt(contentAt) ? null : CONTENTS.fromRow(row, contentAt);
      return LEDGER.toRow(ledgerRows.of(VERIFIED.fromRow(row), content));
    }
  }
}
