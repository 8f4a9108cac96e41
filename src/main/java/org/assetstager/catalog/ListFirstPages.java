package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.assetstager.asset.TopHash;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;

/** Lists the first page of each namespace: rows of {@code top_hash} and {@code candidates}. */
final class ListFirstPages implements FlatMapFunction<Iterator<Row>, Row> {
  static final RecordCodec<FirstPageRow> PAGES = RecordCodec.of(FirstPageRow.class);

  private final SideReader side;

  ListFirstPages(Side side, Settings settings, RequestTotals requests, TaskProgress progress) {
    this.side = new SideReader(side, settings, requests, progress);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> namespaces) {
    return side.read(
        namespaces, (bucket, row) -> firstPage(bucket, row.getString(0), row.getLong(1)));
  }

  private List<Row> firstPage(BucketReader bucket, String topHash, long candidates) {
    String namespace = side.namespace(topHash);
    ListPage page = bucket.list(namespace, null, ListingChoice.PAGE_KEYS);
    if (page.truncated()) {
      List<String> keys =
          page.entries().stream().map(entry -> entry.key().substring(namespace.length())).toList();
      long estimate = ListingShards.estimateKeys(keys);
      return List.of(PAGES.toRow(new FirstPageRow(topHash, null, estimate, null, candidates)));
    }
    side.count(page.entries().size());
    List<Row> rows = new ArrayList<>();
    for (ListPage.Entry entry : page.entries()) {
      KnownContent.of(side.prefix(), new TopHash(topHash), entry)
          .map(known -> new FirstPageRow(topHash, known.md5(), known.size(), known.etag(), 0))
          .map(PAGES::toRow)
          .ifPresent(rows::add);
    }
    return rows;
  }
}
