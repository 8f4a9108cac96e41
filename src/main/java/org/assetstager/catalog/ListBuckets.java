package org.assetstager.catalog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.assetstager.run.StepRecords;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.Settings;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns what one side holds of the contents that a run asks for, on the executors: the first page
 * of each namespace tells whether there is more, and so whether to list it in shards or to ask for
 * each content; section 4 of the design.
 */
public final class ListBuckets {
  static final RecordCodec<KnownContent> KNOWN = RecordCodec.of(KnownContent.class);
  private static final Logger LOG = LoggerFactory.getLogger(ListBuckets.class);

  /**
   * A shard of as many keys is listed by one request nearly always: its last page is not full, and
   * keys that are a few more than the first page lets expect still fit in.
   */
  private static final int KEYS_OF_SHORT_SHARD = 900;

  /** Enough for many executors. Where there would be more, shards are longer. */
  private static final int MOST_SHORT_SHARDS = 4_096;

  private static final int PAGES_OF_LONG_SHARD = 4;

  /** Fewer are not worth a task that isn't needed to keep a core busy. */
  private static final int SHARDS_OF_TASK = 16 * SideReader.REQUESTS_AT_ONCE;

  private final SparkSession spark;
  private final StepRecords records;
  private final Settings settings;
  private final RequestTotals requests;
  private final int cores;
  private final TaskProgress progress;
  private @Nullable JavaRDD<Row> firstPages;

  /**
   * Takes what the listing of a side needs.
   *
   * @param progress counts keys that were listed or asked for, and is told of them when the first
   *     pages are read
   */
  public ListBuckets(
      SparkSession spark,
      StepRecords records,
      Settings settings,
      RequestTotals requests,
      int cores,
      TaskProgress progress) {
    this.spark = spark;
    this.records = records;
    this.settings = settings;
    this.requests = requests;
    this.cores = cores;
    this.progress = progress;
  }

  /**
   * Returns what a side holds, one row for each key: at least everything among the given contents.
   *
   * @param contents distinct, with {@code top_hash} and {@code md5}
   */
  public Dataset<Row> list(Side side, Dataset<Row> contents) {
    try {
      return records.writeMadeOnce(
          side.settingsName() + "-listing", () -> find(side, contents), KNOWN);
    } finally {
      if (firstPages != null) {
        firstPages.unpersist(false);
        firstPages = null;
      }
    }
  }

  private JavaRDD<Row> find(Side side, Dataset<Row> contents) {
    BucketSettings bucket = side == Side.REMOTE ? settings.remote() : settings.staging().bucket();
    if (side == Side.REMOTE && settings.inventory().manifest() != null) {
      return lookUp(settings.inventory().manifest(), bucket, contents);
    }
    return bucket.listing() == Listing.HEAD
        ? ask(side, contents)
        : listOrAsk(side, bucket, contents);
  }

  /** What isn't in the inventory any more, or not yet, costs an upload in vain at most. */
  private JavaRDD<Row> lookUp(String inventory, BucketSettings bucket, Dataset<Row> contents) {
    Dataset<Row> hits =
        new Inventory(spark, inventory, bucket)
            .contents()
            .join(contents.select("top_hash", "md5"), new String[] {"md5", "top_hash"}, "left_semi")
            .dropDuplicates("md5", "top_hash");
    return settings.inventory().confirm() ? ask(Side.REMOTE, hits) : KNOWN.select(hits).javaRDD();
  }

  private JavaRDD<Row> listOrAsk(Side side, BucketSettings bucket, Dataset<Row> contents) {
    // One row for each namespace, which are few: asset classes, not assets.
    List<Row> namespaces =
        contents.groupBy("top_hash").agg(count(lit(1)).as("candidates")).collectAsList();
    JavaRDD<Row> pages =
        parallelize(namespaces, 4 * cores)
            .mapPartitions(new ListFirstPages(side, settings, requests, progress))
            .persist(StorageLevel.MEMORY_AND_DISK());
    firstPages = pages;
    List<Row> shards = new ArrayList<>();
    Set<String> toAsk = new HashSet<>();
    Set<String> notes = new HashSet<>();
    long keys = 0;
    for (Row row : pages.filter(new FirstPageRow.IsNote()).collect()) {
      FirstPageRow note = ListFirstPages.PAGES.fromRow(row);
      notes.add(note.topHash());
      ListingChoice choice = ListingChoice.choose(bucket.listing(), note.candidates(), note.size());
      keys += choice.list() ? note.size() : note.candidates();
      LOG.info("Namespace {} of {}: {}", note.topHash(), side.settingsName(), choice.reason());
      if (choice.list()) {
        shards.addAll(shards(note));
      } else {
        toAsk.add(note.topHash());
      }
    }
    progress.expect(progress.done() + keys, 0);
    // Each namespace is of one source, also where a page that was lost with its executor is listed
    // anew: no key is found twice, so nothing has to be compared with all the others.
    JavaRDD<Row> all = pages.flatMap(new FirstPageRow.Contents(notes));
    if (!shards.isEmpty()) {
      all =
          all.union(
              ranges(shards).mapPartitions(new ListShards(side, settings, requests, progress)));
    }
    return toAsk.isEmpty()
        ? all
        : all.union(ask(side, contents.filter(col("top_hash").isin(toAsk.toArray()))));
  }

  private JavaRDD<Row> ranges(List<Row> shards) {
    int wanted = Math.min(Math.max(shards.size() / SHARDS_OF_TASK, cores), 4 * cores);
    return parallelize(shards, wanted);
  }

  private JavaRDD<Row> parallelize(List<Row> rows, int mostTasks) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(rows, Math.max(1, Math.min(rows.size(), mostTasks)));
  }

  private static List<Row> shards(FirstPageRow note) {
    long estimatedKeys = note.size();
    long shortOnes = Math.min(estimatedKeys / KEYS_OF_SHORT_SHARD + 1, MOST_SHORT_SHARDS);
    long longOnes = estimatedKeys / (PAGES_OF_LONG_SHARD * ListingChoice.PAGE_KEYS) + 1;
    int wanted = (int) Math.min(Math.max(shortOnes, longOnes), Integer.MAX_VALUE);
    return ListingShards.of(wanted).stream()
        .map(
            shard ->
                ListShards.SHARDS.toRow(
                    new ShardRow(note.topHash(), shard.startAfter(), shard.endExclusive())))
        .toList();
  }

  private JavaRDD<Row> ask(Side side, Dataset<Row> contents) {
    // However the contents lie, every core asks.
    return contents
        .select("top_hash", "md5")
        .repartition(4 * cores)
        .javaRDD()
        .mapPartitions(new HeadContents(side, settings, requests, progress));
  }
}
