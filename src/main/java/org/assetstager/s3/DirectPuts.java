package org.assetstager.s3;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.limits.Limiter;
import org.assetstager.s3.TimedRequests.Answer;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.EndpointUrl;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The first attempt to put an object or part, signed by the SDK's signer, at a fraction of what the
 * SDK's pipeline costs. If the store neither accepts the object nor refuses it for its own sake,
 * the SDK sends it again, and explains what is wrong. That is harmless, since every upload is.
 *
 * <p>The signature doesn't cover the body, even over http: it covers the {@code Content-MD5}, which
 * the body must have. So the body is read once; the SDK reads it twice over http.
 *
 * <p>For servers with an {@code endpoint} and {@code path-style} only: there, no rules say where a
 * request goes and how it is signed. Safe for many threads.
 */
public final class DirectPuts {
  /** So many in a row: the store, or the way to it, wants something that only the SDK does. */
  private static final int MOST_FAILURES = 256;

  /** One that was refused counts for so many: an outage brings many without an answer. */
  private static final int REFUSED = 16;

  /** After so long it is tried again: it may have been an outage. */
  private static final long OFF_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** As the SDK's first wait after SlowDown is at most. */
  private static final long MOST_WAIT_MILLIS = 1_000;

  private static final Pattern CODE = Pattern.compile("<Code>\\s*(\\w+)\\s*</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");

  private final BucketSettings bucket;
  private final EndpointUrl endpoint;
  private final AwsCredentialsProvider credentials;
  private final TimedRequests http;
  private final @Nullable Limiter requests;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private volatile long offSinceNanos;

  private DirectPuts(
      BucketSettings bucket,
      EndpointUrl endpoint,
      AwsCredentialsProvider credentials,
      SdkHttpClient http,
      @Nullable Limiter requests) {
    this.bucket = bucket;
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.http = new TimedRequests(http);
    this.requests = requests;
  }

  /**
   * Returns what sends bodies to a bucket.
   *
   * @param http not closed with it
   * @param requests null for no limit
   * @return null where all is left to the SDK
   */
  static @Nullable DirectPuts of(
      BucketSettings bucket,
      AwsCredentialsProvider credentials,
      SdkHttpClient http,
      @Nullable Limiter requests) {
    String url = bucket.endpoint();
    if (url == null || !bucket.pathStyle()) {
      return null;
    }
    return new DirectPuts(bucket, EndpointUrl.parse(url), credentials, http, requests);
  }

  /**
   * What the store says of an object that it has taken.
   *
   * @param etag with its quotes
   * @param encryption its {@code x-amz-server-side-encryption}
   */
  public record Taken(@Nullable String etag, @Nullable String encryption) {}

  /** Whether it is worth trying; else every request is the SDK's for the time being. */
  public boolean isInUse() {
    if (failuresInARow.get() >= MOST_FAILURES && System.nanoTime() - offSinceNanos > OFF_NANOS) {
      failuresInARow.set(0);
    }
    return failuresInARow.get() < MOST_FAILURES;
  }

  private void failed(int weight) {
    offSinceNanos = System.nanoTime();
    failuresInARow.addAndGet(weight);
  }

  /**
   * Puts an object once.
   *
   * @param content of {@code length} bytes; its {@link java.io.UncheckedIOException} is thrown
   * @param headers more than those of every request, with {@code Content-MD5}
   * @param mostTime for the request and its answer
   * @return empty if the request has to be sent again
   * @throws SdkException as the SDK's if a condition doesn't hold (412, 409), if the bytes don't
   *     have their {@code Content-MD5}, if there is no such bucket or are no credentials, or if the
   *     thread was interrupted
   */
  public Optional<Taken> put(
      String key,
      ContentStreamProvider content,
      long length,
      Map<String, String> headers,
      Duration mostTime) {
    return send(S3Request.PUT, key, Map.of(), content, length, headers, mostTime);
  }

  /**
   * Sends a part of an upload once, as the other method puts an object.
   *
   * @param number of the part, from 1
   */
  public Optional<Taken> put(
      String key,
      String uploadId,
      int number,
      ContentStreamProvider content,
      long length,
      Map<String, String> headers,
      Duration mostTime) {
    // In the order in which the SDK has them.
    Map<String, String> part =
        ImmutableMap.of("partNumber", Integer.toString(number), "uploadId", uploadId);
    return send(S3Request.PART, key, part, content, length, headers, mostTime);
  }

  private Optional<Taken> send(
      S3Request kind,
      String key,
      Map<String, String> query,
      ContentStreamProvider content,
      long length,
      Map<String, String> headers,
      Duration mostTime) {
    if (!isInUse()) {
      return Optional.empty();
    }
    awaitTurn();
    Answer answer;
    SdkHttpRequest signed = signed(request(key, query, length, headers));
    long sentNanos = System.nanoTime();
    RequestCounts.sent(kind);
    try {
      answer = http.send(signed, content, mostTime);
    } catch (IOException e) {
      RequestCounts.unanswered(kind);
      if (Thread.currentThread().isInterrupted()) {
        throw AbortedException.create("Sending '" + key + "' was interrupted", e);
      }
      failed(1);
      // The SDK finds out what is wrong.
      return sendAnew();
    } catch (RuntimeException e) {
      RequestCounts.unanswered(kind);
      throw e;
    }
    RequestCounts.answered(kind, answer.response().statusCode(), sentNanos);
    if (answer.response().isSuccessful()) {
      RequestCounts.took(length);
    }
    return taken(answer);
  }

  private void awaitTurn() {
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (requests != null) {
        requests.acquire(1);
      }
    } catch (InterruptedException e) {
      throw PacedRequests.interrupted(e);
    }
  }

  private Optional<Taken> taken(Answer answer) {
    int status = answer.response().statusCode();
    if (answer.response().isSuccessful()) {
      if (failuresInARow.get() > 0) {
        failuresInARow.set(0);
      }
      return Optional.of(
          new Taken(header(answer, "ETag"), header(answer, "x-amz-server-side-encryption")));
    }
    Matcher code = CODE.matcher(answer.body());
    if (code.find() && isOfObject(status, code.group(1))) {
      throw refused(answer, code.group(1));
    }
    if (S3Failure.isOverload(status)) {
      standBack();
    } else {
      failed(REFUSED);
    }
    return sendAnew();
  }

  private static Optional<Taken> sendAnew() {
    RequestCounts.beganAgain();
    return Optional.empty();
  }

  private static @Nullable String header(Answer answer, String name) {
    return answer.response().firstMatchingHeader(name).orElse(null);
  }

  /** The store understood the request: it would refuse it again. */
  private static boolean isOfObject(int status, String code) {
    return status == 404 || status == 409 || status == 412 || code.equals("BadDigest");
  }

  /** As the SDK's own, which doesn't try again either. */
  private static SdkException refused(Answer answer, String code) {
    Matcher message = MESSAGE.matcher(answer.body());
    AwsErrorDetails details =
        AwsErrorDetails.builder()
            .serviceName("S3")
            .errorCode(code)
            .errorMessage(message.find() ? message.group(1) : "")
            .sdkHttpResponse(answer.response())
            .build();
    return S3Exception.builder()
        .statusCode(answer.response().statusCode())
        .requestId(header(answer, "x-amz-request-id"))
        .awsErrorDetails(details)
        .build();
  }

  /** The SDK starts its waits again. */
  private void standBack() {
    if (requests != null) {
      requests.refused();
    }
    try {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(MOST_WAIT_MILLIS));
    } catch (InterruptedException e) {
      throw PacedRequests.interrupted(e);
    }
  }

  private SdkHttpRequest request(
      String key, Map<String, String> query, long length, Map<String, String> headers) {
    String path = bucket.bucket() + "/" + key;
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.PUT)
            .protocol(endpoint.scheme())
            .host(endpoint.host())
            .port(endpoint.port() < 0 ? null : endpoint.port())
            .encodedPath("/" + SdkHttpUtils.urlEncodeIgnoreSlashes(path))
            .putHeader("Content-Length", Long.toString(length))
            .putHeader("User-Agent", SdkOptions.USER_AGENT);
    if (length > SmallBodies.MOST_BYTES) {
      request.putHeader(SmallBodies.EXPECT, "100-continue");
    }
    query.forEach(request::putRawQueryParameter);
    headers.forEach(request::putHeader);
    String owner = bucket.expectedOwner();
    if (owner != null) {
      request.putHeader(SdkOptions.EXPECTED_OWNER, owner);
    }
    return request.build();
  }

  /** As the SDK signs for S3, the path as it is; without a payload, the signer leaves it out. */
  private SdkHttpRequest signed(SdkHttpRequest request) {
    return signer
        .sign(
            r ->
                r.identity(credentials.resolveCredentials())
                    .request(request)
                    .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, bucket.region())
                    .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                    .putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, false)
                    .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false))
        .request();
  }
}
