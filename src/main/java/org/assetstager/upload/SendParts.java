package org.assetstager.upload;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.spark.ConcurrentMap;

/** Sends the parts of a partition, of whichever contents, several at a time. */
final class SendParts implements MapPartitionsFunction<Row, Row> {
  private final UploadTasks tasks;

  SendParts(UploadTasks tasks) {
    this.tasks = tasks;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> parts) {
    SplitUploader uploader = tasks.uploader().split();
    // What a resumed run finds was found when the upload was opened.
    boolean retried = UploadTasks.isRetried();
    Iterator<SentPart> sent =
        ConcurrentMap.map(
            parts,
            UploadTasks.FILES_AT_ONCE * UploadTasks.PARTS_IN_FLIGHT,
            "part",
            row -> uploader.send(LargeUploads.PARTS.fromRow(row).lookingFirst(retried)));
    return tasks.progress().countingParts(sent, SentPart::partBytes, LargeUploads.SENT::toRow);
  }
}
