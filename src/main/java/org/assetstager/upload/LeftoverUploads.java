package org.assetstager.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.Settings;

/** Aborts what a run has left open, when nobody will go on with it. */
public final class LeftoverUploads {
  /** Aborts an upload, which may be gone already. */
  public interface Abort {
    void abort(String key, String uploadId) throws S3Failure, IOException;
  }

  private LeftoverUploads() {}

  /**
   * Aborts every multipart upload to staging, as the other method.
   *
   * @param settings that the run was started with
   */
  public static List<String> abort(UploadLog log, Settings settings) {
    return abort(
        log,
        (key, uploadId) ->
            new StagingWriter(
                    S3Clients.staging(settings), settings.staging(), settings.s3(), Duration.ZERO)
                .abort(key, uploadId));
  }

  /**
   * Aborts every multipart upload that is on record, and takes it off the record. One that isn't
   * open any more does no harm.
   *
   * @return the keys whose uploads were on record
   * @throws JobFailure if S3 doesn't let one be aborted; it stays on record
   */
  public static List<String> abort(UploadLog log, Abort how) {
    List<OpenUpload> open = log.open();
    for (OpenUpload upload : open) {
      try {
        how.abort(upload.key(), upload.uploadId());
      } catch (S3Failure e) {
        throw e.toJobFailure();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      log.closed(upload.key(), upload.uploadId());
    }
    return open.stream().map(OpenUpload::key).toList();
  }
}
