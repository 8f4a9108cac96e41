package org.assetstager.upload;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.BucketReader;
import org.assetstager.s3.S3Failure;

/**
 * The multipart upload that a task of the probe sends its bodies to. It is on the run's record as
 * long as it is open, and never completed, so that nothing of it becomes an object. Each thread
 * sends the same part again and again: staging never holds more than one part of each.
 */
final class ProbeUpload implements AutoCloseable {
  /** No key of a content looks like this. */
  private static final String NAME = ".probe";

  /** Parts that the store took while it aborted are gone by the second time, as a rule. */
  private static final int MOST_ABORTS = 5;

  private final StagingWriter writer;
  private final BucketReader staging;
  private final UploadLog log;
  private final String key;
  private final String uploadId;

  private ProbeUpload(
      StagingWriter writer, BucketReader staging, UploadLog log, String key, String uploadId) {
    this.writer = writer;
    this.staging = staging;
    this.log = log;
    this.key = key;
    this.uploadId = uploadId;
  }

  /**
   * Opens it and puts it on record.
   *
   * @param prefix of staging
   */
  static ProbeUpload open(StagingWriter writer, BucketReader staging, String prefix, UploadLog log)
      throws S3Failure, IOException {
    String key = ContentKey.contents(prefix) + NAME;
    ProbeUpload upload = new ProbeUpload(writer, staging, log, key, writer.create(key, Map.of()));
    boolean recorded = false;
    try {
      log.opened(new OpenUpload(key, upload.uploadId, 0, null, log.driver()));
      recorded = true;
      return upload;
    } finally {
      if (!recorded) {
        upload.close();
      }
    }
  }

  /** Sends a body. */
  void send(int part, Body body, Md5 md5) throws S3Failure, IOException {
    writer.part(key, uploadId, part, body, md5);
  }

  /**
   * Aborts it, also in a thread that was interrupted, and takes it off the record. As long as the
   * store has parts of it, which came in meanwhile, it is aborted again ("AbortMultipartUpload" in
   * the Amazon S3 API Reference). If some may be there even then, it stays on record, and is
   * aborted at the end of the dry run.
   */
  @Override
  public void close() throws S3Failure, IOException {
    boolean interrupted = Thread.interrupted();
    try {
      boolean gone = false;
      for (int i = 0; i < MOST_ABORTS && !gone; i++) {
        writer.abort(key, uploadId);
        gone = isGone();
      }
      if (gone) {
        log.closed(key, uploadId);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isGone() {
    try {
      return staging.parts(key, uploadId).map(List::isEmpty).orElse(true);
    } catch (S3Failure | JobFailure e) {
      // The measuring doesn't fail for that.
      return false;
    }
  }
}
