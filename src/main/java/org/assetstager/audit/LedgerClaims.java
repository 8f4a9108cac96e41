package org.assetstager.audit;

import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.PairFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.audit.CountClaims.Counted;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.ListStep;
import org.assetstager.catalog.ReadListing;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import scala.Tuple2;

/** The contents that rows of a ledger claim, and what the buckets hold of them now. */
public final class LedgerClaims {
  private final JavaSparkContext spark;
  private final LedgerFiles ledger;
  private final Set<Outcome> claiming;

  /**
   * Takes the rows of a ledger.
   *
   * @param claiming outcomes of the rows that claim a content
   */
  public LedgerClaims(JavaSparkContext spark, LedgerFiles ledger, Set<Outcome> claiming) {
    this.spark = spark;
    this.ledger = ledger;
    this.claiming = Set.copyOf(claiming);
  }

  /** Counts all rows of the ledger, and those that claim a content. */
  public Counted count() {
    return ledger
        .rows(ClaimRow.CODEC, EnumSet.allOf(Outcome.class))
        .mapPartitions(new CountClaims(claiming))
        .collect()
        .stream()
        .reduce(Counted.NONE, Counted::plus);
  }

  private JavaRDD<ClaimRow> claims() {
    return ledger.rows(ClaimRow.CODEC, claiming).filter(new IsClaim(claiming));
  }

  /** Lists what the buckets hold of what is claimed, as {@link ListStep}. */
  public List<StepFile> list(
      Settings settings,
      Counted counted,
      RequestTotals requests,
      StepOutput output,
      TaskProgress progress) {
    return new ListStep(spark, settings, requests, spark.defaultParallelism(), output, progress)
        .run(counted.namespaces(), () -> claims().flatMap(new Contents()));
  }

  /**
   * Joins what is claimed with a listing, in the order that {@link ListedClaims} reads.
   *
   * @param listing that {@link #list} made; may be empty
   * @param partitions in which contents are dealt out by their MD5s
   */
  public JavaPairRDD<byte[], byte[]> joined(
      List<StepFile> listing, StepOutput output, int partitions) {
    JavaPairRDD<byte[], byte[]> all = claims().mapToPair(new ByContent());
    if (!listing.isEmpty()) {
      all =
          all.union(
              spark
                  .parallelize(listing, Math.min(listing.size(), 4 * spark.defaultParallelism()))
                  .flatMapToPair(new ReadListing(output)));
    }
    return all.repartitionAndSortWithinPartitions(
        new ContentOrder.ByMd5(partitions), new ContentOrder());
  }

  /** Names the contents of the rows that name one. */
  private static final class Contents implements FlatMapFunction<ClaimRow, ContentName> {
    @Override
    public Iterator<ContentName> call(ClaimRow row) {
      return Stream.ofNullable(row.content()).iterator();
    }
  }

  /** Gives rows the keys that bring them together with the listings. */
  private static final class ByContent implements PairFunction<ClaimRow, byte[], byte[]> {
    @Override
    public Tuple2<byte[], byte[]> call(ClaimRow row) {
      return new Tuple2<>(row.key(), ClaimRow.CODEC.toBytes(row));
    }
  }

  /** Keeps the rows that say that a bucket holds their content. */
  private static final class IsClaim implements Function<ClaimRow, Boolean> {
    private final Set<Outcome> claiming;

    IsClaim(Set<Outcome> claiming) {
      this.claiming = claiming;
    }

    @Override
    public Boolean call(ClaimRow row) {
      return claiming.contains(row.outcome());
    }
  }
}
