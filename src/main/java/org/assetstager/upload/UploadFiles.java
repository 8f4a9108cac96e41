package org.assetstager.upload;

import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.spark.ConcurrentMap;

/** Uploads the contents of a partition, several at a time; in a dry run only proves them. */
final class UploadFiles implements MapPartitionsFunction<Row, Row> {
  private final UploadTasks tasks;
  private final int round;

  UploadFiles(UploadTasks tasks, int round) {
    this.tasks = tasks;
    this.round = round;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> contents) {
    ContentUploader uploader = tasks.uploader();
    BodyBudget budget = tasks.budget();
    boolean retried = UploadTasks.isRetried();
    Function<Row, UploadResult> work =
        row -> {
          PlannedUpload planned = tasks.planned(UploadPlanner.PLAN.fromRow(row), round, retried);
          UploadResult result =
              tasks.dryRun()
                  ? uploader.prove(planned)
                  : budget.within(planned.size(), () -> uploader.upload(planned));
          tasks.progress().passOver(planned.size() - result.bytesUploaded());
          return result;
        };
    Iterator<UploadResult> results =
        ConcurrentMap.map(contents, tasks.smallFilesAtOnce(), "upload", work);
    return tasks.progress().counting(results, UploadResult::bytesUploaded, UploadTasks::counted);
  }
}
