package org.assetstager.upload;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Outcome;
import org.assetstager.spark.ConcurrentMap;

/**
 * Makes the objects of a partition's large contents. Behind the columns of {@link StartedUpload} a
 * row has the parts that were sent, as pairs of index and ETag, and what the content becomes where
 * one of them failed.
 */
final class FinishUploads implements MapPartitionsFunction<Row, Row> {
  private static final int SENT_AT = LargeUploads.STARTED.schema().length();
  private static final int FAILURE_AT = SENT_AT + 1;

  /** S3's codes, as "Error responses" of the API Reference has them. */
  private static final Set<String> BEGIN_ANEW = Set.of("NoSuchUpload", "InvalidPart");

  private final UploadTasks tasks;

  FinishUploads(UploadTasks tasks) {
    this.tasks = tasks;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    ContentUploader uploader = tasks.uploader();
    Iterator<UploadResult> results =
        ConcurrentMap.map(rows, UploadTasks.FILES_AT_ONCE, "finish", row -> finish(uploader, row));
    // The bytes were counted part by part.
    return tasks.progress().counting(results, result -> 0, UploadTasks::counted);
  }

  private UploadResult finish(ContentUploader uploader, Row row) {
    StartedUpload started = LargeUploads.STARTED.fromRow(row);
    UploadResult known = started.result();
    if (known != null) {
      tasks.progress().passOver(started.content().size());
      return known;
    }
    String[] etags = etags(started, row);
    if (row.isNullAt(FAILURE_AT) && Arrays.asList(etags).contains("")) {
      // Two attempts have opened an upload each, and the parts were sent to the other one.
      return uploader.upload(started.content().lookingFirst(true));
    }
    UploadResult result =
        row.isNullAt(FAILURE_AT)
            ? uploader.split().finish(started, List.of(etags))
            : failed(uploader.split(), started, row.getString(FAILURE_AT));
    // Somebody has aborted it or sent other parts, or the bucket's lifecycle rule has removed it:
    // seldom enough for one task.
    return result.errorCode() != null && BEGIN_ANEW.contains(result.errorCode())
        ? uploader.upload(started.content().lookingFirst(true))
        : result;
  }

  private static UploadResult failed(SplitUploader split, StartedUpload started, String failure) {
    UploadResult result = UploadResult.ofText(failure);
    if (result.outcome() != Outcome.FAILED) {
      split.abort(started);
    }
    return result;
  }

  /** Returns the ETags of all parts, in their order; empty where nothing is known of the part. */
  private static String[] etags(StartedUpload started, Row row) {
    String[] etags = started.etags();
    if (!row.isNullAt(SENT_AT)) {
      row.<Row>getList(SENT_AT).forEach(part -> etags[part.getInt(0)] = part.getString(1));
    }
    return etags;
  }
}
