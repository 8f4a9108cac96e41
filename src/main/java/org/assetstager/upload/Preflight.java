package org.assetstager.upload;

import java.time.Duration;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;

/**
 * Tries on the driver what the executors will need: the listing of both sides, and an upload that
 * is opened and aborted. A wrong bucket, key, region or endpoint shows within a minute.
 */
public final class Preflight {
  /** At most five requests, each this long with its retries: about a minute. */
  private static final Duration CALL = Duration.ofSeconds(11);

  private static final Duration ATTEMPT = Duration.ofSeconds(8);
  private static final int ATTEMPTS = 3;

  private Preflight() {}

  /**
   * Tries both sides.
   *
   * @throws JobFailure of kind INPUT if the settings are wrong: the sides overlap, or S3 answers
   *     and refuses; of kind SYSTEM if S3 gives no such answer
   */
  public static void check(Settings settings) {
    requireApart(settings.remote(), settings.staging().bucket());
    tryBoth(settings, true);
  }

  /**
   * Tries the listing of both sides, and writes nothing.
   *
   * @throws JobFailure as {@link #check} does
   */
  public static void checkReading(Settings settings) {
    tryBoth(settings, false);
  }

  private static void tryBoth(Settings settings, boolean writes) {
    S3Settings limits = limits(settings.s3());
    try {
      try (BucketTrial remote = BucketTrial.ofRemote(settings, limits)) {
        remote.list();
      }
      try (BucketTrial staging = BucketTrial.ofStaging(settings, limits)) {
        staging.list();
        if (writes) {
          staging.requireChecking();
        }
      }
    } catch (JobFailure e) {
      throw e.getCause() instanceof S3Failure failure ? failure.toFailureAtStart() : e;
    }
  }

  private static void requireApart(BucketSettings remote, BucketSettings staging) {
    if (remote.overlaps(staging)) {
      throw JobFailure.input(
          "remote and staging are the same place: bucket '"
              + remote.bucket()
              + "' with the prefixes '"
              + remote.prefix()
              + "' and '"
              + staging.prefix()
              + "', one of which contains the other",
          "Use another staging.bucket, or prefixes of which neither begins with the other.");
    }
  }

  private static S3Settings limits(S3Settings settings) {
    return settings.atMost(settings.connectTimeout(), ATTEMPT, CALL, ATTEMPTS);
  }
}
