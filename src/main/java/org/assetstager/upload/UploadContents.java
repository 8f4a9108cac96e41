package org.assetstager.upload;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.assetstager.plan.Balance;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.run.StepRecords;

/** Uploads the contents of one round: large ones by many tasks each, the others by one. */
public final class UploadContents {
  private final SparkSession spark;
  private final StepRecords records;
  private final String fingerprint;
  private final int cores;
  private final UploadTasks tasks;
  private final LargeUploads large;

  /**
   * Takes what the rounds share.
   *
   * @param fingerprint of what the run was started with
   * @param cores that the run was started with
   */
  public UploadContents(
      SparkSession spark, StepRecords records, String fingerprint, int cores, UploadTasks tasks) {
    this.spark = spark;
    this.records = records;
    this.fingerprint = fingerprint;
    this.cores = cores;
    this.tasks = tasks;
    this.large = new LargeUploads(spark, records, fingerprint, cores, tasks);
  }

  /**
   * Uploads what isn't done yet.
   *
   * @param round 0 for the first
   * @param contents in the columns of {@link UploadPlanner#PLAN}
   * @return a result for each content
   */
  Dataset<Row> run(int round, Dataset<Row> contents) {
    Column isLarge = col("size").gt(tasks.settings().upload().splitThresholdBytes());
    if (tasks.dryRun() || contents.filter(isLarge).isEmpty()) {
      return whole(round, contents);
    }
    return whole(round, contents.filter(functions.not(isLarge)))
        .union(large.run(round, contents.filter(isLarge)));
  }

  private Dataset<Row> whole(int round, Dataset<Row> contents) {
    String stage = "upload-" + round;
    Balance balance = Balance.of(contents, col("size"), cores, "top_hash", "md5");
    records.describe(stage, balance.tasks(), fingerprint);
    return records.runMissing(
        stage,
        balance.spread(spark, contents),
        balance.tasks(),
        new UploadFiles(tasks, round),
        UploadRounds.RESULTS);
  }
}
