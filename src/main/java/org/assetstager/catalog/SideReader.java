package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.TopHash;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.FlatIterator;
import org.assetstager.spark.TaskProgress;

/** What tasks share that read one side: the connection, and several requests under way. */
final class SideReader implements Serializable {
  /** Requests wait for the store, not for a core. */
  static final int REQUESTS_AT_ONCE = 16;

  private final Side side;
  private final Settings settings;
  private final RequestTotals requests;
  private final TaskProgress progress;

  /**
   * Takes what tasks share.
   *
   * @param progress counts keys that were listed or asked for
   */
  SideReader(Side side, Settings settings, RequestTotals requests, TaskProgress progress) {
    this.side = side;
    this.settings = settings;
    this.requests = requests;
    this.progress = progress;
  }

  /** Reads for each row, several at a time, in any order. */
  Iterator<Row> read(Iterator<Row> rows, Reading reading) {
    requests.addWhenTaskEnds();
    BucketReader bucket = BucketReader.of(side, settings);
    Function<Row, List<Row>> work = row -> reading.read(bucket, row);
    return new FlatIterator<>(
        ConcurrentMap.map(rows, REQUESTS_AT_ONCE, "list-" + side.settingsName(), work));
  }

  /** What to read for one row. */
  interface Reading {
    List<Row> read(BucketReader bucket, Row row);
  }

  void count(long keys) {
    progress.count(keys);
  }

  String prefix() {
    return side == Side.REMOTE ? settings.remote().prefix() : settings.staging().bucket().prefix();
  }

  String namespace(String topHash) {
    return ContentKey.namespace(prefix(), new TopHash(topHash));
  }
}
