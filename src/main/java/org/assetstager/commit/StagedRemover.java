package org.assetstager.commit;

import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.assetstager.settings.Settings;

/** Deletes objects of staging whose content lies in the remote. Safe for many threads. */
final class StagedRemover {
  private final BucketConnection staging;
  private final boolean ifMatch;

  /**
   * Deletes by this JVM's connection.
   *
   * @param settings with the asset server's credentials
   */
  StagedRemover(Settings settings) {
    this.staging = S3Clients.staging(settings);
    this.ifMatch = settings.staging().ifMatch();
  }

  /**
   * Deletes an object: the very version that was proved, where the bucket keeps versions, and only
   * under its ETag, where the settings say that the store can do that.
   */
  void remove(StagedObject object) throws S3Failure {
    staging.call(
        S3Request.DELETE,
        object.key(),
        client ->
            client.deleteObject(
                r ->
                    r.bucket(staging.bucket())
                        .key(object.key())
                        .versionId(object.version())
                        .ifMatch(ifMatch ? '"' + object.etag() + '"' : null)));
  }
}
