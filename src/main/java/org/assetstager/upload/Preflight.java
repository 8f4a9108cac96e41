package org.assetstager.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.BucketReader;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;

/**
 * Tries on the driver what the executors will need: the listing of both sides, and an upload that
 * is opened and aborted. A wrong bucket, key, region or endpoint shows within a minute.
 */
public final class Preflight {
  /** No key of a content looks like this. */
  private static final String PROBE = "contents/.preflight";

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
    S3Settings limits = limits(settings.s3());
    tell(
        () -> {
          checkReading(Side.REMOTE, settings.remote(), limits);
          checkStaging(settings, limits);
        });
  }

  /**
   * Tries the listing of both sides, and writes nothing.
   *
   * @throws JobFailure as {@link #check} does
   */
  public static void checkReading(Settings settings) {
    S3Settings limits = limits(settings.s3());
    tell(
        () -> {
          checkReading(Side.REMOTE, settings.remote(), limits);
          checkReading(Side.STAGING, settings.staging().bucket(), limits);
        });
  }

  private static void tell(Runnable check) {
    try {
      check.run();
    } catch (JobFailure e) {
      throw e.getCause() instanceof S3Failure failure ? failure.toFailureAtStart() : e;
    }
  }

  private static void requireApart(BucketSettings remote, BucketSettings staging) {
    if (Objects.equals(remote.endpoint(), staging.endpoint())
        && remote.bucket().equals(staging.bucket())
        && (remote.prefix().startsWith(staging.prefix())
            || staging.prefix().startsWith(remote.prefix()))) {
      throw JobFailure.input(
          "remote and staging are the same place: bucket '"
              + remote.bucket()
              + "' with the prefixes '"
              + remote.prefix()
              + "' and '"
              + staging.prefix()
              + "', one of which holds the other",
          "Set staging.bucket, or prefixes that lie apart.");
    }
  }

  private static S3Settings limits(S3Settings settings) {
    return new S3Settings(
        settings.connectTimeout(),
        shorter(settings.attemptTimeout(), ATTEMPT),
        shorter(settings.callTimeout(), CALL),
        Math.min(settings.maxAttempts(), ATTEMPTS));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static void checkReading(Side side, BucketSettings bucket, S3Settings limits) {
    try (BucketConnection connection = S3Clients.open(side, bucket, false, limits, 1)) {
      new BucketReader(connection).tryListing(bucket.prefix());
    }
  }

  private static void checkStaging(Settings settings, S3Settings limits) {
    String prefix = settings.staging().bucket().prefix();
    try (BucketConnection connection =
        S3Clients.open(
            Side.STAGING,
            settings.staging().bucket(),
            settings.staging().alwaysChecksum(),
            limits,
            1)) {
      new BucketReader(connection).tryListing(prefix);
      StagingWriter writer =
          new StagingWriter(connection, settings.staging(), limits, Duration.ZERO);
      String uploadId = writer.create(prefix + PROBE, Map.of());
      boolean checked;
      try {
        checked = refusesOtherBytes(writer, prefix + PROBE, uploadId);
      } finally {
        writer.abort(prefix + PROBE, uploadId);
      }
      if (!checked) {
        throw JobFailure.input(
            connection + " takes bytes that don't have the Content-MD5 sent with them",
            "The job relies on that check never to stage altered content:"
                + " use a store, or a proxy in front of it, that makes it.");
      }
    } catch (S3Failure e) {
      throw e.toJobFailure();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a part with a wrong {@code Content-MD5}: whether the store refuses it, as it has to. */
  private static boolean refusesOtherBytes(StagingWriter writer, String key, String uploadId)
      throws S3Failure, IOException {
    BufferPool pool = new BufferPool(1);
    try (Body body = Body.ofBuffer(new byte[1], 1, pool)) {
      writer.part(key, uploadId, 0, body, new Md5(0, 0));
      return false;
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.TRANSIENT || e.kind() == S3Failure.Kind.CONFLICT) {
        throw e;
      }
      return true;
    }
  }
}
