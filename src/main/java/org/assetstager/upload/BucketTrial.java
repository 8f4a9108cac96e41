package org.assetstager.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ListPage;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.StagingSettings;
import org.jspecify.annotations.Nullable;

/**
 * Tries what a run needs of a bucket, with as few requests as possible. It only reads the remote.
 * If something doesn't work, the methods throw a {@link JobFailure} that says why and what to do.
 */
public final class BucketTrial implements AutoCloseable {
  private final BucketConnection connection;
  private final BucketReader reader;
  private final S3Settings limits;
  private final @Nullable StagingSettings staging;

  private BucketTrial(
      Side side, BucketSettings bucket, @Nullable StagingSettings staging, S3Settings limits) {
    this.connection =
        S3Clients.open(side, bucket, staging != null && staging.alwaysChecksum(), limits, 1);
    this.reader = new BucketReader(connection);
    this.staging = staging;
    this.limits = limits;
  }

  /**
   * Prepares to try the remote; nothing is sent.
   *
   * @param limits of every request, in the place of those in the settings
   */
  public static BucketTrial ofRemote(Settings settings, S3Settings limits) {
    return new BucketTrial(Side.REMOTE, settings.remote(), null, limits);
  }

  /** As {@link #ofRemote}, of staging. */
  public static BucketTrial ofStaging(Settings settings, S3Settings limits) {
    return new BucketTrial(Side.STAGING, settings.staging().bucket(), settings.staging(), limits);
  }

  /** Gets the credentials that requests are signed with. */
  public void authenticate() {
    connection.authenticate();
  }

  public void list() {
    reader.tryListing(prefix());
  }

  /**
   * Reads the first byte of a content; where there is none, asks for one. A content that is
   * archived is there to be read, if not at once.
   */
  public void read() {
    List<ListPage.Entry> first = reader.list(contents(), null, 1).entries();
    try {
      if (first.isEmpty() || first.get(0).size() == 0) {
        reader.head(first.isEmpty() ? contents() + StagingWriter.PROBE : first.get(0).key());
      } else {
        readFirstByte(first.get(0).key());
      }
    } catch (S3Failure e) {
      if (!e.code().equals("InvalidObjectState")) {
        throw e.toJobFailure();
      }
    }
  }

  private void readFirstByte(String key) throws S3Failure {
    String bucket = connection.bucket();
    connection
        .call(
            S3Request.GET,
            key,
            client -> client.getObject(r -> r.bucket(bucket).key(key).range("bytes=0-0")))
        .abort();
  }

  /**
   * Returns how far the server's clock is ahead of this host's, by the date of an answer, which has
   * whole seconds; empty where it has none.
   */
  public Optional<Duration> clockAhead() {
    String bucket = connection.bucket();
    Instant asked = Instant.now();
    try {
      Optional<String> date =
          connection
              .call(
                  S3Request.LIST,
                  prefix(),
                  client -> client.listObjectsV2(r -> r.bucket(bucket).prefix(prefix()).maxKeys(1)))
              .sdkHttpResponse()
              .firstMatchingHeader("Date");
      Instant here = asked.plus(Duration.between(asked, Instant.now()).dividedBy(2));
      return date.flatMap(BucketTrial::instant).map(there -> Duration.between(here, there));
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
  }

  private static Optional<Instant> instant(String date) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Opens an upload in staging, sends a part of other bytes than it says, and aborts it. */
  void requireChecking() {
    upload(requireStaging(), false);
  }

  /**
   * Opens an upload in staging, sends a part, and one of other bytes than it says, and aborts it.
   *
   * @param withOptions whether to ask for the storage class, encryption and tags of the settings
   */
  public void write(boolean withOptions) {
    StagingSettings asked = requireStaging();
    upload(withOptions ? asked : ObjectOptions.without(asked), true);
  }

  /** Whether objects of staging get a storage class, encryption or tags. */
  public boolean hasOptions() {
    return new ObjectOptions(requireStaging()).areGiven();
  }

  private StagingSettings requireStaging() {
    if (staging == null) {
      throw new IllegalStateException("Nothing is ever written to the remote");
    }
    return staging;
  }

  private String prefix() {
    return connection.settings().prefix();
  }

  private String contents() {
    return ContentKey.contents(prefix());
  }

  private void upload(StagingSettings options, boolean whole) {
    StagingWriter writer = new StagingWriter(connection, options, limits, Duration.ZERO);
    String key = contents() + StagingWriter.PROBE;
    try {
      String uploadId = writer.create(key, Map.of());
      boolean checked;
      try {
        if (whole) {
          writer.probe(key, uploadId, StagingWriter.PROBE_MD5);
        }
        checked = refusesOtherBytes(writer, key, uploadId);
      } finally {
        writer.abort(key, uploadId);
      }
      if (!checked) {
        throw JobFailure.input(
            connection + " accepts bytes that don't have the Content-MD5 sent with them",
            "The job needs that check, so that it never stages altered content: use a store that"
                + " checks Content-MD5, also behind a proxy.");
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
    try {
      writer.probe(key, uploadId, new Md5(0, 0));
      return false;
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.TRANSIENT || e.kind() == S3Failure.Kind.CONFLICT) {
        throw e;
      }
      return true;
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
