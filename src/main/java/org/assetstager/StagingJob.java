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
import org.apache.spark.util.LongAccumulator;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.catalog.ListBuckets;
import org.assetstager.digest.FileDigester;
import org.assetstager.ledger.LedgerTotals;
import org.assetstager.manifest.ConflictingRows;
import org.assetstager.manifest.CountAddedBytes;
import org.assetstager.manifest.ManifestReader;
import org.assetstager.metrics.JobTotals;
import org.assetstager.plan.Balance;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.PlanTotals;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.progress.Phases;
import org.assetstager.run.RunDescription;
import org.assetstager.run.StageRecords;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.Settings;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.LeftoverUploads;
import org.assetstager.upload.UploadContents;
import org.assetstager.upload.UploadRounds;
import org.assetstager.upload.UploadRounds.Round;
import org.assetstager.upload.UploadTasks;
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

  /** Less is hashed sooner than hashing side by side is made ready, which takes a core seconds. */
  private static final long MUCH_TO_HASH_BYTES = 4L << 30;

  private final SparkSession spark;
  private final Settings settings;
  private final StageRun run;
  private final StageRecords records;
  private final RequestTotals requests;
  private final Phases phases;
  private final RunLedger ledger;

  StagingJob(
      SparkSession spark, Settings settings, StageRun run, RequestTotals requests, Phases phases) {
    this.spark = spark;
    this.settings = settings;
    this.run = run;
    this.records = new StageRecords(spark, run.folder());
    this.requests = requests;
    this.phases = phases;
    this.ledger = new RunLedger(settings, run, records);
  }

  /**
   * What a run comes to.
   *
   * @param ledger as written
   * @param manifestRows rows read
   */
  record Result(Dataset<Row> ledger, Map<Outcome, LedgerTotals.Total> totals, long manifestRows) {}

  /** Runs what isn't done yet. */
  Result execute() {
    TaskProgress read = counter("read", "rows");
    Dataset<Row> all = phases.run("read", "read the manifest", read, () -> readManifest(read));
    Dataset<Row> rows =
        phases.run("conflicts", "look for rows that contradict others", () -> markConflicts(all));
    ExecutorChecks checks = phases.run("check", "look at the roots", () -> checkRoots(rows));
    Balance balance = phases.run("weigh", "weigh the files", () -> balance(rows));
    Dataset<Row> verified = verify(rows, balance, checks);
    Dataset<Row> renamed =
        phases.run("rename", "look for renamed files", () -> findRenames(verified, checks));
    Dataset<Row> candidates = UploadPlanner.candidates(renamed);
    TaskProgress group = counter("group", "contents");
    Dataset<Row> contents =
        phases.run("group", "find equal contents", group, () -> groupContents(candidates, group));
    Dataset<Row> staging = list(Side.STAGING, contents);
    Dataset<Row> remote = list(Side.REMOTE, contents);
    TaskProgress planned = counter("plan", "contents").expect(group.done(), 0);
    Dataset<Row> plan =
        phases.run(
            "plan", "plan the uploads", planned, () -> plan(contents, remote, staging, planned));
    List<Round> rounds = upload(plan, candidates, checks);
    TaskProgress written = counter("ledger", "rows");
    Result result =
        phases.run(
            "ledger",
            "write the ledger",
            written,
            () -> ledger.write(balance.rows(), renamed, plan, rounds, written));
    if (settings.ledgerFormat() == LedgerFormat.ICEBERG) {
      phases.run("table", "add the ledger to the table of all runs", ledger::addToTable);
    }
    return result;
  }

  private TaskProgress counter(String phase, String noun) {
    return new TaskProgress(spark.sparkContext(), phase, noun);
  }

  private Dataset<Row> readManifest(TaskProgress progress) {
    ManifestReader reader =
        new ManifestReader(spark, settings.manifest(), run.description().defaultRoot(), progress);
    LongAccumulator addedBytes = spark.sparkContext().longAccumulator("bytes added");
    Dataset<Row> rows =
        records
            .counting(progress)
            .writeMadeOnce(
                "manifest",
                () ->
                    reader.read(run.description().manifests()).map(new CountAddedBytes(addedBytes)),
                ManifestReader.ROWS);
    if (addedBytes.value() >= MUCH_TO_HASH_BYTES) {
      prepareToHash();
    }
    run.requireUnchangedManifests(spark);
    return rows;
  }

  private Dataset<Row> markConflicts(Dataset<Row> rows) {
    Dataset<Row> conflicts =
        records.writeOnce("conflicts", () -> ConflictingRows.find(rows), ConflictingRows.FILES);
    Dataset<Row> marked =
        conflicts.isEmpty()
            ? rows
            : ManifestReader.ROWS.select(ConflictingRows.mark(rows, conflicts));
    requireFewInvalid(marked);
    return marked;
  }

  /**
   * Where this JVM is the executor, it has a core to spare while the driver plans its first query;
   * other executors begin with their first files.
   */
  private void prepareToHash() {
    if (spark.sparkContext().isLocal() && settings.verify().digest() == DigestMode.ALWAYS) {
      FileDigester.expectMuch();
    }
  }

  private void requireFewInvalid(Dataset<Row> rows) {
    Long most = run.description().maxInvalid();
    if (most == null) {
      return;
    }
    long invalid =
        rows.filter(col("fault").isNotNull().and(col("unrepresentable").equalTo(false))).count();
    if (invalid > most) {
      throw JobFailure.input(
          "The manifest has " + invalid + " bad rows, more than the " + most + " of --max-invalid",
          "Fix them (the run's folder "
              + run.folder().location()
              + "/stages/manifest has each with its fault), or allow more");
    }
  }

  private ExecutorChecks checkRoots(Dataset<Row> rows) {
    JvmFileNames.requireUtf8();
    Map<String, Long> inodes = new HashMap<>();
    // A row for each asset's root, not for each of its files.
    for (Row row : rows.filter(added()).select("root").distinct().collectAsList()) {
      AssetRoot root = AssetRoot.open(row.getString(0));
      root.requireAllowed(settings.manifest().allowedRoots());
      inodes.put(row.getString(0), root.inode());
    }
    Broadcast<Map<String, Long>> shared =
        spark.sparkContext().broadcast(inodes, ClassTag.apply(Map.class));
    return new ExecutorChecks(run.folder(), run.description().nonce(), shared);
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
    TaskProgress progress =
        counter("verify", TaskProgress.FILES).expect(balance.rows(), balance.bytes());
    return phases.run(
        "verify",
        "verify and digest %,d files".formatted(balance.rows()),
        progress,
        () ->
            records.runMissing(
                VERIFY,
                balance.spread(spark, rows),
                balance.tasks(),
                new VerifyFiles(
                    checks,
                    settings.verify(),
                    settings.upload(),
                    new DigestLog(run.folder()),
                    progress),
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
    TaskProgress progress = counter("list " + name, "keys");
    ListBuckets buckets =
        new ListBuckets(spark, records, settings, requests, run.description().cores(), progress);
    return phases.run(
        "list " + name,
        "list what " + name + " holds",
        progress,
        () -> buckets.list(side, contents));
  }

  private Dataset<Row> plan(
      Dataset<Row> contents, Dataset<Row> remote, Dataset<Row> staging, TaskProgress progress) {
    return records
        .counting(progress)
        .writeOnce("plan", UploadPlanner.plan(contents, remote, staging), UploadPlanner.PLAN);
  }

  private List<Round> upload(Dataset<Row> plan, Dataset<Row> candidates, ExecutorChecks checks) {
    Dataset<Row> pending = plan.filter(UploadPlanner.toUpload());
    PlanTotals.Total totals =
        phases.run("count", "count what is to be uploaded", () -> planTotals(plan)).toUpload();
    TaskProgress progress =
        counter("upload", TaskProgress.FILES).expect(totals.contents(), totals.bytes());
    boolean dryRun = run.description().dryRun();
    return phases.run(
        "upload",
        "%s %,d contents".formatted(dryRun ? "plan" : "upload", totals.contents()),
        progress,
        () -> {
          List<Round> rounds =
              new UploadRounds(records).run(pending, candidates, uploads(checks, progress));
          LeftoverUploads.abort(run.uploadLog(), settings);
          return rounds;
        });
  }

  /** What is known already is an outcome before anything is uploaded. */
  private PlanTotals planTotals(Dataset<Row> plan) {
    PlanTotals totals = PlanTotals.of(plan);
    for (Exclusion known :
        List.of(Exclusion.KNOWN_REMOTE, Exclusion.KNOWN_STAGING, Exclusion.CONFLICT)) {
      PlanTotals.Total total = totals.of(known);
      JobTotals.add(
          Outcome.valueOf(known.name()), new JobTotals.Total(total.contents(), total.bytes()));
    }
    return totals;
  }

  private UploadContents uploads(ExecutorChecks checks, TaskProgress progress) {
    RunDescription description = run.description();
    UploadTasks tasks =
        new UploadTasks(
            settings,
            description.runId(),
            description.dryRun(),
            run.resumed(),
            checks,
            requests,
            progress,
            run.uploadLog());
    return new UploadContents(spark, records, run.fingerprint(), description.cores(), tasks);
  }
}
