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

/** Lists the first page of each namespace: rows of {@code top_hash} and {@code candidates}. */
final class ListFirstPages implements FlatMapFunction<Iterator<Row>, FirstPage> {
  private final SideReader side;

  ListFirstPages(Side side, Settings settings, RequestTotals requests) {
    this.side = new SideReader(side, settings, requests);
  }

  @Override
  public Iterator<FirstPage> call(Iterator<Row> namespaces) {
    return side.read(
        namespaces, (bucket, row) -> List.of(firstPage(bucket, row.getString(0), row.getLong(1))));
  }

  private FirstPage firstPage(BucketReader bucket, String topHash, long candidates) {
    String namespace = side.namespace(topHash);
    ListPage page = bucket.list(namespace, null, ListingChoice.PAGE_KEYS);
    List<Row> known = new ArrayList<>();
    for (ListPage.Entry entry : page.entries()) {
      KnownContent.of(side.prefix(), new TopHash(topHash), entry)
          .map(ListBuckets.KNOWN::toRow)
          .ifPresent(known::add);
    }
    if (!page.truncated()) {
      return new FirstPage(topHash, candidates, known, null, known.size());
    }
    List<String> keys =
        page.entries().stream().map(entry -> entry.key().substring(namespace.length())).toList();
    return new FirstPage(
        topHash, candidates, known, page.nextStartAfter(), ListingShards.estimateKeys(keys));
  }
}
