package org.assetstager;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.catalog.ListBuckets;
import org.assetstager.ledger.LedgerTotals;
import org.assetstager.plan.Balance;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.progress.Phases;
import org.assetstager.report.Amounts;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepRecords;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.DigestLog;
import org.assetstager.verify.ExecutorChecks;
import org.assetstager.verify.FindRenames;
import org.assetstager.verify.JvmFileNames;
import org.assetstager.verify.VerifyFiles;
import scala.reflect.ClassTag;

/** The pipeline of {@code stage}: section 8 of the design, a method a stage. */
final class StagingJob {
  /** The first stage whose work a resumed run doesn't want to do again. */
  static final String VERIFY = "verify";

  private final SparkSession spark;
  private final Settings settings;
  private final StageRun run;
  private final StepRecords records;
  private final RequestTotals requests;
  private final Phases phases;
  private final RunManifest manifest;

  StagingJob(
      SparkSession spark,
      Settings settings,
      StageRun run,
      StepCommits commits,
      RequestTotals requests,
      Phases phases) {
    this.spark = spark;
    this.settings = settings;
    this.run = run;
    this.records = new StepRecords(spark, run.folder(), commits);
    this.requests = requests;
    this.phases = phases;
    this.manifest = new RunManifest(spark, settings, run, records);
  }

  /**
   * What a run comes to.
   *
   * @param ledger as written
   * @param manifestRows rows read
   */
  record Result(
      Dataset<Row> ledger,
      Map<org.assetstager.asset.Outcome, LedgerTotals.Total> totals,
      long manifestRows) {}

  /** Runs what isn't done yet. */
  Result execute() {
    Dataset<Row> all = phases.run("read", "read the manifest", "rows", manifest::read);
    Dataset<Row> rows =
        phases.run(
            "conflicts", "look for rows that contradict others", () -> manifest.markConflicts(all));
    ExecutorChecks checks = phases.run("check", "look at the roots", () -> checkRoots(rows));
    Balance balance = phases.run("weigh", "weigh the files", () -> balance(rows));
    Dataset<Row> verified = verify(rows, balance, checks);
    Dataset<Row> renamed =
        phases.run("rename", "look for renamed files", () -> findRenames(verified, checks));
    Dataset<Row> candidates = UploadPlanner.candidates(renamed);
    Dataset<Row> contents =
        phases.run(
            "group", "find equal contents", "contents", done -> groupContents(candidates, done));
    Dataset<Row> staging = list(Side.STAGING, contents);
    Dataset<Row> remote = list(Side.REMOTE, contents);
    Dataset<Row> plan =
        phases.run(
            "plan", "plan the uploads", "contents", done -> plan(contents, remote, staging, done));
    throw new UnsupportedOperationException("The pipeline takes it from here: " + plan);
  }

  private ExecutorChecks checkRoots(Dataset<Row> rows) {
    JvmFileNames.requireUtf8();
    List<String> allowedRoots = settings.manifest().allowedRoots();
    Map<String, AssetRoot.Seen> seen = new HashMap<>();
    // A row for each asset's root, not for each of its files.
    for (Row row : rows.filter(added()).select("root").distinct().collectAsList()) {
      AssetRoot root = AssetRoot.open(row.getString(0));
      root.requireAllowed(allowedRoots);
      seen.put(row.getString(0), root.seen());
    }
    Broadcast<Map<String, AssetRoot.Seen>> shared =
        spark.sparkContext().broadcast(seen, ClassTag.apply(Map.class));
    return new ExecutorChecks(run.folder(), run.description().nonce(), shared, allowedRoots);
  }

  private static Column added() {
    return col("fault").isNull().and(col("not_added_reason").isNull());
  }

  /** Counts the rows too. */
  private Balance balance(Dataset<Row> rows) {
    Column bytes = when(added(), coalesce(col("stored_size"), lit(0L))).otherwise(lit(0L));
    return Balance.of(rows, bytes, run.description().cores(), "manifest_file", "manifest_position");
  }

  private Dataset<Row> verify(Dataset<Row> rows, Balance balance, ExecutorChecks checks) {
    records.describe(VERIFY, balance.tasks(), run.fingerprint());
    return phases.run(
        "verify",
        "verify and digest " + Amounts.count(balance.rows()) + " files",
        TaskProgress.FILES,
        progress ->
            records.runMissing(
                VERIFY,
                balance.spread(spark, rows),
                balance.tasks(),
                new VerifyFiles(
                    checks,
                    settings.verify(),
                    settings.upload(),
                    new DigestLog(run.folder()),
                    progress.expect(balance.rows(), balance.bytes())),
                VerifyFiles.VERIFIED));
  }

  private Dataset<Row> findRenames(Dataset<Row> verified, ExecutorChecks checks) {
    FindRenamed where = settings.verify().findRenamed();
    if (where == FindRenamed.OFF || FindRenames.missing(verified).isEmpty()) {
      return verified;
    }
    Dataset<Row> renames =
        records.writeOnce(
            "renames", FindRenames.find(verified, where, checks), FindRenames.RENAMES);
    return FindRenames.apply(verified, renames);
  }

  private Dataset<Row> groupContents(Dataset<Row> candidates, TaskProgress progress) {
    return records
        .counting(progress)
        .writeOnce("contents", UploadPlanner.contents(candidates), UploadPlanner.CONTENTS);
  }

  private Dataset<Row> list(Side side, Dataset<Row> contents) {
    String name = side.settingsName();
    int cores = run.description().cores();
    return phases.run(
        "list " + name,
        "list what " + name + " holds",
        "keys",
        progress ->
            new ListBuckets(spark, records, settings, requests, cores, progress)
                .list(side, contents));
  }

  private Dataset<Row> plan(
      Dataset<Row> contents, Dataset<Row> remote, Dataset<Row> staging, TaskProgress progress) {
    return records
        .counting(progress)
        .writeOnce("plan", UploadPlanner.plan(contents, remote, staging), UploadPlanner.PLAN);
  }
}
