package org.assetstager.upload;

import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.spark.ConcurrentMap;

/** Opens the multipart uploads of a partition's large contents; digests what wasn't yet. */
final class OpenUploads implements MapPartitionsFunction<Row, Row> {
  private final UploadTasks tasks;
  private final int round;

  OpenUploads(UploadTasks tasks, int round) {
    this.tasks = tasks;
    this.round = round;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> contents) {
    SplitUploader uploader = tasks.uploader().split();
    boolean retried = UploadTasks.isRetried();
    Function<Row, Row> work =
        row ->
            LargeUploads.STARTED.toRow(
                uploader.start(tasks.planned(UploadPlanner.PLAN.fromRow(row), round, retried)));
    return ConcurrentMap.map(contents, UploadTasks.FILES_AT_ONCE, "open", work);
  }
}
