package org.assetstager;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Outcome;
import org.assetstager.report.Estimate;
import org.assetstager.report.Estimator;
import org.assetstager.report.Estimator.Measured;
import org.assetstager.report.Estimator.Uploads;
import org.assetstager.report.RunReport;
import org.assetstager.settings.Settings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.spark.SizeSums;
import org.assetstager.upload.UploadResult;
import org.assetstager.upload.UploadTasks;

/**
 * What a dry run found that a run in earnest would do.
 *
 * @param requests that the dry run sent, by kind
 */
record DryRunPlan(Uploads uploads, Map<String, Long> requests) {
  /** Counts what a dry run's ledger has planned. */
  static DryRunPlan of(Dataset<Row> ledger, UploadSettings upload, Map<String, Long> requests) {
    Column single = col("size").leq(upload.multipartThresholdBytes());
    Column parts =
        expr(
            "cast(ceil(size / greatest("
                + upload.partSizeBytes()
                + ", ceil(size / 10000))) as bigint)");
    Column replaced = col("detail").contains(UploadResult.REPLACED);
    Row planned =
        ledger
            .filter(
                col("outcome").equalTo(Outcome.PLANNED.name()).and(col("duplicate_of").isNull()))
            .agg(
                count(when(single, lit(1))),
                count(when(single, null).otherwise(1)),
                coalesce(sum(when(single, lit(0L)).otherwise(parts)), lit(0L)),
                count(when(replaced, lit(1))),
                SizeSums.of(col("size")))
            .first();
    return new DryRunPlan(
        new Uploads(
            planned.getLong(0),
            planned.getLong(1),
            planned.getLong(2),
            planned.getLong(3),
            planned.getLong(4)),
        requests);
  }

  /** Returns the requests as the report has them. */
  RunReport.Plan plan() {
    return new RunReport.Plan(
        requests.getOrDefault("LIST", 0L),
        requests.getOrDefault("HEAD", 0L),
        uploads.puts(),
        uploads.parts(),
        uploads.bytes());
  }

  /**
   * Estimates what the run takes.
   *
   * @param phases of the dry run
   * @param resumed whether it took more than one attempt
   * @param cores that the run in earnest has too
   */
  Estimate estimate(Settings settings, List<RunReport.Phase> phases, boolean resumed, int cores) {
    double seconds = phases.stream().mapToDouble(RunReport.Phase::seconds).sum();
    int inFlight = cores * UploadTasks.SMALL_FILES_AT_ONCE;
    return new Estimator(settings.cost(), settings.upload())
        .of(uploads, new Measured(requests, seconds, resumed, inFlight));
  }
}
