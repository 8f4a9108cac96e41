package org.assetstager.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Failures;
import org.assetstager.s3.S3Request;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Reads a bucket; there is no method here that writes. Safe for many threads. A refusal (403) is a
 * {@link JobFailure}, never 'absent'.
 */
public final class BucketReader {
  private static final int BUFFER_BYTES = 128 << 10;

  /** How often in a row a reading back may break off without a byte more. */
  private static final int MOST_BREAKS = 3;

  private final BucketConnection connection;

  /** Reads by the given connection, which it doesn't close. */
  public BucketReader(BucketConnection connection) {
    this.connection = connection;
  }

  /** Returns a reader by this JVM's connection to a side. */
  public static BucketReader of(Side side, Settings settings) {
    return new BucketReader(
        side == Side.REMOTE ? S3Clients.remote(settings) : S3Clients.staging(settings));
  }

  /**
   * Returns one page of a listing. Pages follow each other by {@code startAfter}, since
   * continuation tokens break on keys that end in {@code ==} in some stores.
   *
   * @param prefix what the keys begin with
   * @param startAfter a whole key: only greater ones are listed; null or empty for all
   * @param maxKeys 1 to 1,000
   * @throws JobFailure of kind SYSTEM if the listing fails: the job can't go on without it
   */
  public ListPage list(String prefix, @Nullable String startAfter, int maxKeys) {
    String after = startAfter == null || startAfter.isEmpty() ? null : startAfter;
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(connection.settings().bucket())
            .prefix(prefix)
            .startAfter(after)
            .maxKeys(maxKeys)
            // Keys may hold what XML can't. The SDK decodes them again.
            .encodingType(EncodingType.URL)
            .build();
    ListObjectsV2Response response;
    try {
      response =
          connection.call(S3Request.LIST, prefix, () -> connection.client().listObjectsV2(request));
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
    List<ListPage.Entry> entries =
        response.contents().stream()
            .map(
                object ->
                    new ListPage.Entry(object.key(), object.size(), Etags.unquoted(object.eTag())))
            .toList();
    ListPage page = new ListPage(entries, Boolean.TRUE.equals(response.isTruncated()));
    requireProgress(page, prefix, after);
    return page;
  }

  /** A store that ignores {@code start-after} would be listed for ever. */
  private void requireProgress(ListPage page, String prefix, @Nullable String after) {
    boolean stuck =
        page.truncated() && (page.entries().isEmpty() || page.nextStartAfter().equals(after));
    if (stuck) {
      throw JobFailure.system(
          "The listing of '"
              + prefix
              + "' at "
              + connection
              + " does not move on after '"
              + after
              + "'",
          "The store lacks start-after of ListObjectsV2: set "
              + connection.side().settingsName()
              + ".listing = head.");
    }
  }

  /**
   * Asks for one object; empty where there is none.
   *
   * @throws S3Failure if S3 doesn't answer
   * @throws JobFailure if no answer can be had for any key
   */
  public Optional<ObjectFacts> head(String key) throws S3Failure {
    try {
      HeadObjectResponse head =
          connection.call(
              S3Request.HEAD,
              key,
              () ->
                  connection
                      .client()
                      .headObject(r -> r.bucket(connection.settings().bucket()).key(key)));
      return Optional.of(
          new ObjectFacts(
              head.contentLength(),
              Etags.unquoted(head.eTag()),
              head.metadata(),
              isKms(head.serverSideEncryption()) || head.sseCustomerAlgorithm() != null));
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.ABSENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Returns the parts of a multipart upload, in the order of their numbers; empty where no such
   * upload is open.
   *
   * @throws S3Failure if S3 doesn't answer
   * @throws JobFailure if no upload's parts can be listed
   */
  public Optional<List<StoredPart>> parts(String key, String uploadId) throws S3Failure {
    try {
      return Optional.of(
          connection.call(
              S3Request.LIST_PARTS,
              key,
              () ->
                  connection
                      .client()
                      .listPartsPaginator(
                          r -> r.bucket(connection.settings().bucket()).key(key).uploadId(uploadId))
                      .parts()
                      .stream()
                      .map(part -> new StoredPart(part.partNumber() - 1, part.size(), part.eTag()))
                      .toList()));
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.NO_SUCH_UPLOAD) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isKms(@Nullable ServerSideEncryption encryption) {
    return encryption != null && encryption.toString().startsWith("aws:kms");
  }

  /**
   * Reads an object to its end for its MD5; goes on where the connection breaks off.
   *
   * @param bytesRead told of every read's bytes
   * @return empty where there is no object
   * @throws S3Failure if S3 doesn't answer, or the object is replaced meanwhile
   * @throws JobFailure if no object can be read
   */
  public Optional<ObjectDigest> hash(String key, LongConsumer bytesRead) throws S3Failure {
    MessageDigest md5 = newMd5();
    long position = 0;
    String etag = null;
    int breaks = 0;
    while (true) {
      long before = position;
      try (ResponseInputStream<GetObjectResponse> body = open(key, position, etag)) {
        etag = body.response().eTag();
        position = read(body, md5, position, bytesRead);
        return Optional.of(
            new ObjectDigest(Md5.ofBytes(md5.digest()), position, Etags.unquoted(etag)));
      } catch (Broken e) {
        position = e.position;
        breaks = position > before ? 0 : breaks + 1;
        if (breaks >= MOST_BREAKS) {
          throw failure(SdkClientException.create("the body broke off", e.getCause()), key);
        }
      } catch (IOException e) {
        // Closing: all bytes that were to be read have been.
        throw failure(SdkClientException.create("the body could not be closed", e), key);
      } catch (S3Failure e) {
        if (e.kind() == S3Failure.Kind.ABSENT) {
          return Optional.empty();
        }
        throw e;
      }
    }
  }

  private S3Failure failure(SdkException e, String key) {
    return S3Failures.explain(e, connection, S3Request.GET, key);
  }

  private ResponseInputStream<GetObjectResponse> open(
      String key, long position, @Nullable String etag) throws S3Failure {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder().bucket(connection.settings().bucket()).key(key);
    if (position > 0) {
      request.range("bytes=" + position + "-").ifMatch(etag);
    }
    return connection.call(
        S3Request.GET, key, () -> connection.client().getObject(request.build()));
  }

  /** Returns the position after the last byte. */
  private static long read(InputStream body, MessageDigest md5, long start, LongConsumer bytesRead)
      throws Broken {
    byte[] buffer = new byte[BUFFER_BYTES];
    long position = start;
    while (true) {
      int count;
      try {
        count = body.read(buffer);
      } catch (InterruptedIOException | ClosedByInterruptException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("Reading an object back was interrupted");
        }
        throw new Broken(position, e);
      } catch (IOException | SdkException e) {
        throw new Broken(position, e);
      }
      if (count < 0) {
        return position;
      }
      md5.update(buffer, 0, count);
      bytesRead.accept(count);
      position += count;
    }
  }

  /** The connection ended before the body did. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;
    private final long position;

    Broken(long position, Exception cause) {
      super(cause);
      this.position = position;
    }
  }

  private static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }
}
