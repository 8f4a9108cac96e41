package org.assetstager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerTotals.Total;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;

class LedgerTotalsTest {
  private static final StructType COLUMNS =
      new StructType()
          .add("outcome", DataTypes.StringType)
          .add("size", DataTypes.LongType)
          .add("bytes_uploaded", DataTypes.LongType);

  private static Dataset<Row> ledger(Row... rows) {
    return TestSpark.session().createDataFrame(List.of(rows), COLUMNS);
  }

  private static Row row(Outcome outcome, Long size, long uploaded) {
    return RowFactory.create(outcome.name(), size, uploaded);
  }

  @Test
  void count_ledger_sumsByOutcome() {
    assertThat(
            LedgerTotals.count(
                ledger(
                    row(Outcome.STAGED, 5L, 5),
                    row(Outcome.STAGED, 7L, 7),
                    row(Outcome.DUPLICATE, 5L, 0),
                    row(Outcome.INVALID, null, 0))))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Outcome.STAGED, new Total(2, 12, 12),
                Outcome.DUPLICATE, new Total(1, 5, 0),
                Outcome.INVALID, new Total(1, 0, 0)));
  }

  @Test
  void count_nothing_isNothing() {
    assertThat(LedgerTotals.count(ledger())).isEmpty();
  }

  @Test
  void count_sizesThatNoLongCanSum_areTheMostALongCan() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(row(Outcome.DELETED, Long.MAX_VALUE, Long.MAX_VALUE));
    }

    assertThat(LedgerTotals.count(ledger(rows.toArray(Row[]::new))))
        .containsExactly(
            Map.entry(Outcome.DELETED, new Total(100, Long.MAX_VALUE, Long.MAX_VALUE)));
  }

  @Test
  void count_negativeSizesThatNoLongCanSum_areTheLeast() {
    Row altered = row(Outcome.STAGED, Long.MIN_VALUE, 0);

    assertThat(LedgerTotals.count(ledger(altered, altered)))
        .containsExactly(Map.entry(Outcome.STAGED, new Total(2, -Long.MAX_VALUE, 0)));
  }
}
