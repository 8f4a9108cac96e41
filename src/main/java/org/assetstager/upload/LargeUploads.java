package org.assetstager.upload;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.Iterator;
import java.util.UUID;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.plan.Balance;
import org.assetstager.run.StepRecords;
import org.assetstager.spark.RecordCodec;

/**
 * Uploads contents above {@code upload.split-threshold}, each by many tasks: the uploads are
 * opened, their parts are rows that are spread over all tasks, then the objects are made.
 *
 * <p>The results are recorded like those of other uploads. What a driver records of open uploads
 * and sent parts counts for itself only: a driver that goes on with the run finds both again by the
 * {@link UploadLog} and by what staging holds, which also tells it what was aborted meanwhile.
 */
final class LargeUploads {
  static final RecordCodec<StartedUpload> STARTED = RecordCodec.of(StartedUpload.class);
  static final RecordCodec<PartToSend> PARTS = RecordCodec.of(PartToSend.class);
  static final RecordCodec<SentPart> SENT = RecordCodec.of(SentPart.class);

  private static final String[] CONTENT = {"top_hash", "md5"};

  private final SparkSession spark;
  private final StepRecords records;
  private final String fingerprint;
  private final int cores;
  private final UploadTasks tasks;
  private final String driver = UUID.randomUUID().toString();

  LargeUploads(
      SparkSession spark, StepRecords records, String fingerprint, int cores, UploadTasks tasks) {
    this.spark = spark;
    this.records = records;
    this.fingerprint = fingerprint;
    this.cores = cores;
    this.tasks = tasks;
  }

  /** Uploads what isn't done yet of a round's large contents and returns the results of all. */
  Dataset<Row> run(int round, Dataset<Row> contents) {
    String stage = "upload-large-" + round;
    Balance balance = Balance.of(contents, col("size"), cores, CONTENT);
    records.describe(stage, balance.tasks(), fingerprint);
    Dataset<Row> left = without(contents, records.recorded(stage, UploadRounds.RESULTS));
    Dataset<Row> started = open(round, left);
    Dataset<Row> sent = send(round, started);
    return records.runMissing(
        stage,
        balance.spread(spark, withParts(started, sent)),
        balance.tasks(),
        new FinishUploads(tasks),
        UploadRounds.RESULTS);
  }

  private static Dataset<Row> without(Dataset<Row> contents, Dataset<Row> results) {
    Dataset<Row> done = results.select("top_hash", "md5");
    Column same =
        contents
            .col("top_hash")
            .equalTo(done.col("top_hash"))
            .and(contents.col("md5").equalTo(done.col("md5")));
    return contents.join(done, same, "left_anti");
  }

  private Dataset<Row> open(int round, Dataset<Row> contents) {
    Balance balance = Balance.of(contents, col("size"), cores, CONTENT);
    return records.runMissing(
        "upload-open-" + round + "-" + driver,
        balance.spread(spark, contents),
        balance.tasks(),
        new OpenUploads(tasks, round),
        STARTED);
  }

  private Dataset<Row> send(int round, Dataset<Row> started) {
    Dataset<Row> parts = started.flatMap(new MissingParts(), PARTS.encoder());
    Balance balance = Balance.of(parts, col("part_length"), cores, "upload_id", "part_index");
    return records.runMissing(
        "upload-parts-" + round + "-" + driver,
        balance.spread(spark, parts),
        balance.tasks(),
        new SendParts(tasks),
        SENT);
  }

  /** Adds to each upload what {@link FinishUploads} wants to know of its parts. */
  private static Dataset<Row> withParts(Dataset<Row> started, Dataset<Row> sent) {
    Column accepted = when(col("ending").isNull(), struct("part_index", "part_etag"));
    Dataset<Row> parts =
        sent.groupBy(col("upload_id").as("parts_of"))
            .agg(collect_list(accepted).as("sent"), min("ending").as("failure"));
    return started
        .join(parts, started.col("upload_id").equalTo(parts.col("parts_of")), "left_outer")
        .drop("parts_of");
  }

  /** Makes a row of each part that is to be sent. */
  static final class MissingParts implements FlatMapFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Row row) {
      return STARTED.fromRow(row).missing().stream().map(PARTS::toRow).iterator();
    }
  }
}
