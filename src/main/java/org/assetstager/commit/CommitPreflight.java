package org.assetstager.commit;

import java.util.Map;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Settings;
import org.assetstager.upload.Preflight;

/** Tries on the driver, before anything is done, what a commit needs of both buckets. */
public final class CommitPreflight {
  private CommitPreflight() {}

  /**
   * Lists both sides, and opens and aborts an upload to the remote.
   *
   * @param settings with the asset server's credentials: {@link Settings#asServer}
   * @throws JobFailure of kind INPUT if the settings are wrong; of kind SYSTEM if the remote
   *     refuses to be written to, or S3 gives no answer
   */
  public static void check(Settings settings) {
    requireOneStore(settings.remote(), settings.staging().bucket());
    Preflight.checkReading(settings);
    RemoteWriter writer = RemoteWriter.of(settings);
    // No key of a content looks like this.
    String key = ContentKey.contents(settings.remote().prefix()) + ".preflight";
    try {
      writer.abort(key, writer.create(key, Map.of()));
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
  }

  /** A store copies what it has itself. */
  private static void requireOneStore(BucketSettings remote, BucketSettings staging) {
    if (!remote.isOnServerOf(staging)) {
      throw JobFailure.input(
          "remote.endpoint is "
              + remote.endpoint()
              + " and staging.endpoint is "
              + staging.endpoint()
              + ": a store can't copy from another one",
          "If one store has both buckets, set the same endpoint for both; otherwise copy with a"
              + " tool that reads and writes");
    }
  }
}
