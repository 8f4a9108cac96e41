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

/**
 * Lists shards to their ends; each key once, also where a store begins a page with the last one.
 */
final class ListShards implements FlatMapFunction<Iterator<Row>, Row> {
  static final RecordCodec<ShardRow> SHARDS = RecordCodec.of(ShardRow.class);

  private final SideReader side;

  ListShards(Side side, Settings settings, RequestTotals requests, TaskProgress progress) {
    this.side = new SideReader(side, settings, requests, progress);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> shards) {
    return side.read(shards, (bucket, row) -> list(bucket, SHARDS.fromRow(row)));
  }

  private List<Row> list(BucketReader bucket, ShardRow row) {
    TopHash topHash = new TopHash(row.topHash());
    String namespace = side.namespace(row.topHash());
    ListingShards.Shard shard = new ListingShards.Shard(row.startAfter(), row.endExclusive());
    List<Row> known = new ArrayList<>();
    String after = namespace + shard.startAfter();
    while (true) {
      ListPage page = bucket.list(namespace, after, ListingChoice.PAGE_KEYS);
      int listed = 0;
      for (ListPage.Entry entry : page.entries()) {
        if (!shard.isBeforeEnd(entry.key().substring(namespace.length()))) {
          side.count(listed);
          return known;
        }
        if (entry.key().compareTo(after) > 0) {
          listed++;
          KnownContent.of(side.prefix(), topHash, entry)
              .map(ListBuckets.KNOWN::toRow)
              .ifPresent(known::add);
        }
      }
      side.count(listed);
      if (!page.truncated()) {
        return known;
      }
      after = page.nextStartAfter();
    }
  }
}
