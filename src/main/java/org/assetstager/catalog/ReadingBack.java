package org.assetstager.catalog;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.assetstager.asset.Md5;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Failures;
import org.assetstager.s3.S3Request;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.HttpStatusCode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads an object to its end. If the connection breaks, it continues at that position; if the store
 * doesn't confirm that the rest is that of the same object, it starts again.
 */
final class ReadingBack {
  private static final int BUFFER_BYTES = 128 << 10;

  /** How often in a row a reading may break off without a byte more. */
  private static final int MOST_BREAKS = 3;

  private final BucketConnection connection;
  private final String key;
  private final LongConsumer bytesRead;
  private final MessageDigest md5 = Md5.newDigest();
  private long position;
  private long furthest;
  private @Nullable String etag;

  /**
   * Prepares a reading; nothing is asked.
   *
   * @param bytesRead callback that receives the number of bytes of every read; what it throws ends
   *     the reading
   */
  ReadingBack(BucketConnection connection, String key, LongConsumer bytesRead) {
    this.connection = connection;
    this.key = key;
    this.bytesRead = bytesRead;
  }

  /** Reads, once; see {@link BucketReader#hash}. */
  Optional<ObjectDigest> hash() throws S3Failure {
    int breaks = 0;
    while (true) {
      long before = furthest;
      try (ResponseInputStream<GetObjectResponse> body = open()) {
        if (!goesOn(body.response())) {
          beginAnew();
          if (body.response().sdkHttpResponse().statusCode() != HttpStatusCode.OK) {
            body.abort();
            continue;
          }
        }
        etag = body.response().eTag();
        readToEnd(body);
        return Optional.of(
            new ObjectDigest(Md5.ofBytes(md5.digest()), position, Etags.unquoted(etag)));
      } catch (Broken e) {
        breaks = furthest > before ? 0 : breaks + 1;
        if (breaks >= MOST_BREAKS) {
          throw failure(SdkClientException.create("the body broke off", e.getCause()));
        }
      } catch (IOException e) {
        // Closing: all bytes that were to be read have been.
        throw failure(SdkClientException.create("the body could not be closed", e));
      } catch (S3Failure e) {
        if (e.kind() == S3Failure.Kind.ABSENT) {
          return Optional.empty();
        }
        throw e;
      }
    }
  }

  private S3Failure failure(SdkException e) {
    return S3Failures.explain(e, connection.place(), S3Request.GET, key);
  }

  private ResponseInputStream<GetObjectResponse> open() throws S3Failure {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder().bucket(connection.bucket()).key(key);
    if (Etags.unquoted(etag) == null) {
      beginAnew();
    }
    if (position > 0) {
      request.range("bytes=" + position + "-").ifMatch(etag);
    }
    return connection.call(S3Request.GET, key, client -> client.getObject(request.build()));
  }

  /**
   * Whether the body goes on with the same object where the reading is. A store that knows no
   * ranges sends all; one that knows no {@code If-Match} sends the rest of another object.
   */
  private boolean goesOn(GetObjectResponse response) {
    String range = response.contentRange();
    return position == 0
        || (range != null
            && range.strip().startsWith("bytes " + position + "-")
            && Objects.equals(Etags.unquoted(response.eTag()), Etags.unquoted(etag)));
  }

  private void beginAnew() {
    md5.reset();
    position = 0;
  }

  private void readToEnd(ResponseInputStream<GetObjectResponse> body) throws Broken {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (true) {
      int count;
      try {
        count = body.read(buffer);
      } catch (InterruptedIOException | ClosedByInterruptException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("Reading an object back was interrupted");
        }
        throw new Broken(e);
      } catch (IOException | SdkException e) {
        throw new Broken(e);
      }
      if (count < 0) {
        return;
      }
      md5.update(buffer, 0, count);
      tell(body, count);
      position += count;
      furthest = Math.max(furthest, position);
    }
  }

  /** Aborts the download if the callback throws, so that nobody waits for the rest. */
  private void tell(ResponseInputStream<GetObjectResponse> body, int count) {
    try {
      bytesRead.accept(count);
    } catch (RuntimeException e) {
      body.abort();
      throw e;
    }
  }

  /** The connection ended before the body did. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(Exception cause) {
      super(cause);
    }
  }
}
