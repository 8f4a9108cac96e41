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
import org.assetstager.catalog.ListStep;
import org.assetstager.catalog.ReadListing;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.ByteKeys;
import org.assetstager.spark.TaskProgress;
import scala.Tuple2;

/**
 * The contents that rows of a ledger claim, and what the buckets hold of them now.
 *
 * @param claiming outcomes of the rows that claim a content
 * @param share of the contents, of which alone it is about
 */
public record LedgerClaims(
    JavaSparkContext spark, LedgerFiles ledger, Set<Outcome> claiming, Share share) {
  public LedgerClaims {
    claiming = Set.copyOf(claiming);
  }

  /** Counts all rows of the ledger, and those that claim a content of the share. */
  public Counted count() {
    return ledger
        .rows(ClaimRow.CODEC, EnumSet.allOf(Outcome.class))
        .mapPartitions(new CountClaims(claiming, share))
        .collect()
        .stream()
        .reduce(Counted.NONE, Counted::plus);
  }

  private JavaRDD<ClaimRow> claims() {
    return ledger.rows(ClaimRow.CODEC, claiming).filter(new IsClaim(claiming, share));
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
   * @param audits that have seen claims before, which are left out
   */
  public JavaPairRDD<byte[], byte[]> joined(
      List<StepFile> listing, StepOutput output, int partitions, List<RunFolder> audits) {
    JavaPairRDD<byte[], byte[]> all = claims().mapToPair(new ByContent());
    for (RunFolder audit : audits) {
      all =
          all.union(
              EarlierAudit.contents(spark, audit).filter(new IsAnswered()).mapToPair(new Seen()));
    }
    if (!listing.isEmpty()) {
      all =
          all.union(
              spark
                  .parallelize(listing, Math.min(listing.size(), 4 * spark.defaultParallelism()))
                  .flatMapToPair(new ReadListing(output)));
    }
    return all.filter(new IsOfShare(share))
        .repartitionAndSortWithinPartitions(new ByteKeys.ByHash(partitions), new ByteKeys());
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
  private record IsClaim(Set<Outcome> claiming, Share share)
      implements Function<ClaimRow, Boolean> {
    @Override
    public Boolean call(ClaimRow row) {
      return claiming.contains(row.outcome()) && share.has(row.key());
    }
  }

  /** Keeps what is about contents of a share. */
  private record IsOfShare(Share share) implements Function<Tuple2<byte[], byte[]>, Boolean> {
    @Override
    public Boolean call(Tuple2<byte[], byte[]> row) {
      return share.has(row._1());
    }
  }

  /** Leaves out what an audit got no answer about. */
  private static final class IsAnswered implements Function<AuditedContent, Boolean> {
    @Override
    public Boolean call(AuditedContent content) {
      return content.problem() != AuditProblem.NO_ANSWER;
    }
  }

  /** Gives contents that an audit has seen the keys that bring them before the rows. */
  private static final class Seen implements PairFunction<AuditedContent, byte[], byte[]> {
    @Override
    public Tuple2<byte[], byte[]> call(AuditedContent content) {
      return new Tuple2<>(content.key(), new byte[0]);
    }
  }
}
