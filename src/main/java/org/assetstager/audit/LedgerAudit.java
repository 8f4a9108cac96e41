package org.assetstager.audit;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.assetstager.asset.Outcome;
import org.assetstager.plan.Balance;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepRecords;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;

/** Asks the buckets for every content that a ledger calls staged or known, on the executors. */
public final class LedgerAudit {
  private final Settings settings;
  private final boolean deep;
  private final Dataset<Row> claims;
  private final Balance balance;

  private LedgerAudit(Settings settings, boolean deep, Dataset<Row> claims, Balance balance) {
    this.settings = settings;
    this.deep = deep;
    this.claims = claims;
    this.balance = balance;
  }

  /**
   * Prepares an audit; reads the ledger, asks no bucket.
   *
   * @param deep whether to read every object back
   * @param cores to keep busy
   */
  public static LedgerAudit of(Dataset<Row> ledger, Settings settings, boolean deep, int cores) {
    Dataset<Row> claims = claims(ledger);
    Column bytes = deep ? greatest(coalesce(col("size"), lit(0L)), lit(0L)) : lit(0L);
    Balance balance = Balance.of(claims, bytes, cores, "top_hash", "md5", "size");
    return new LedgerAudit(settings, deep, claims, balance);
  }

  /** Returns one row for each content, its key in the buckets being that of no other. */
  private static Dataset<Row> claims(Dataset<Row> ledger) {
    Column inRemote = col("outcome").equalTo(Outcome.KNOWN_REMOTE.name());
    Column claimed =
        col("outcome")
            .isin(
                Outcome.STAGED.name(),
                Outcome.DUPLICATE.name(),
                Outcome.KNOWN_STAGING.name(),
                Outcome.KNOWN_REMOTE.name());
    Dataset<Row> contents =
        ledger
            .filter(claimed)
            // A size of its own is a claim of its own; equal contents have one.
            .groupBy("top_hash", "md5", "size")
            .agg(
                min(inRemote).as("in_remote"),
                // What lies in the remote the run has compared by its size only.
                max(when(not(inRemote), col("etag"))).as("recorded_etag"),
                count(lit(1)).as("rows"),
                min(struct("root", "path")).as("example"))
            .withColumn("example_root", col("example.root"))
            .withColumn("example_path", col("example.path"));
    return AuditContents.CLAIMED.select(contents);
  }

  /** Returns the number of contents. */
  public long contents() {
    return balance.rows();
  }

  /** Returns how many bytes a deep audit reads if all claims hold; else 0. */
  public long bytes() {
    return balance.bytes();
  }

  /**
   * Asks the buckets and writes what they say.
   *
   * @param folder of the run
   * @param name of the audit's folder in it
   * @return an {@link AuditedContent} for each content, as written
   */
  public Dataset<Row> run(
      SparkSession spark,
      RunFolder folder,
      String name,
      RequestTotals requests,
      TaskProgress progress) {
    AuditContents work = new AuditContents(settings, deep, requests, progress);
    Dataset<Row> audited =
        balance.spread(spark, claims).mapPartitions(work, AuditContents.AUDITED.encoder());
    return StepRecords.writeAudit(spark, folder, name, audited, AuditContents.AUDITED);
  }

  /** Counts contents by what was found. */
  public static AuditTotals totals(Dataset<Row> audited) {
    Map<AuditProof, AuditTotals.Total> held = new EnumMap<>(AuditProof.class);
    Map<AuditProblem, AuditTotals.Total> problems = new EnumMap<>(AuditProblem.class);
    Column bytes =
        greatest(coalesce(col("size"), lit(0L)), lit(0L)).cast(DataTypes.createDecimalType(28, 0));
    List<Row> rows =
        audited
            .groupBy("problem", "proof")
            .agg(count(lit(1)), sum("rows"), sum(bytes))
            .collectAsList();
    for (Row row : rows) {
      long size = row.getDecimal(4).min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
      var total = new AuditTotals.Total(row.getLong(2), row.getLong(3), size);
      if (row.isNullAt(0)) {
        held.put(AuditProof.valueOf(row.getString(1)), total);
      } else {
        problems.merge(AuditProblem.valueOf(row.getString(0)), total, AuditTotals.Total::plus);
      }
    }
    return new AuditTotals(held, problems);
  }

  /** Returns the first contents whose claim doesn't hold, by namespace and MD5. */
  public static List<AuditedContent> firstProblems(Dataset<Row> audited, int most) {
    return AuditContents.AUDITED
        .select(audited)
        .filter(col("problem").isNotNull())
        .orderBy("top_hash", "md5", "size")
        .limit(most)
        .collectAsList()
        .stream()
        .map(AuditContents.AUDITED::fromRow)
        .toList();
  }
}
