package org.assetstager.catalog;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;

/** Asks for single contents: rows of {@code top_hash} and {@code md5}. */
final class HeadContents implements FlatMapFunction<Iterator<Row>, Row> {
  private final SideReader side;

  HeadContents(Side side, Settings settings, RequestTotals requests, TaskProgress progress) {
    this.side = new SideReader(side, settings, requests, progress);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> contents) {
    return side.read(contents, (bucket, row) -> ask(bucket, row.getString(0), row.getString(1)));
  }

  private List<Row> ask(BucketReader bucket, String topHash, String md5) {
    String key = new ContentKey(side.prefix(), new TopHash(topHash), Md5.parse(md5)).toString();
    try {
      Optional<ObjectFacts> facts = bucket.head(key);
      side.count(1);
      return facts
          .map(known -> new KnownContent(topHash, md5, known.size(), known.etag()))
          .map(ListBuckets.KNOWN::toRow)
          .map(List::of)
          .orElse(List.of());
    } catch (S3Failure failure) {
      // What a side holds must be known before anything is uploaded.
      throw failure.toJobFailure();
    }
  }
}
