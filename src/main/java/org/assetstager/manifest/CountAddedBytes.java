package org.assetstager.manifest;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * Adds up the stored sizes of added objects as their rows come by. An estimate: a task that runs
 * twice counts twice, and what manifests say need not be true.
 */
public final class CountAddedBytes implements Function<Row, Row> {
  /** Enough to tell much from little; a billion rows of it don't run over. */
  private static final long MOST_BYTES = 1L << 33;

  private final LongAccumulator bytes;

  /**
   * Counts rows of {@link ManifestReader#ROWS}.
   *
   * @param bytes added to
   */
  public CountAddedBytes(LongAccumulator bytes) {
    this.bytes = bytes;
  }

  @Override
  public Row call(Row row) {
    ManifestRow object = ManifestReader.ROWS.fromRow(row);
    Long size = object.storedSize();
    if (object.added() && size != null) {
      bytes.add(Math.min(Math.max(size, 0), MOST_BYTES));
    }
    return row;
  }
}
