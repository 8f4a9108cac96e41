package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What is counted as a request, an error, a retry, a throttle and an open upload. */
@Tag("server")
class RequestCountsTest {
  private static final String BUCKET = EmbeddedS3.STAGING;
  private static final S3Settings LIMITS =
      new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60), 3);

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String key = EmbeddedS3.uniquePrefix() + "k";

  /** Sends by a client whose requests meet faults. */
  private interface Sending {
    void by(S3Client client);
  }

  private void send(FaultyS3.Fault fault, Sending sending) throws Exception {
    send(false, fault, sending);
  }

  private void send(boolean alwaysChecksum, FaultyS3.Fault fault, Sending sending)
      throws Exception {
    try (FaultyS3 proxy = new FaultyS3(server, fault)) {
      BucketSettings staging = server.staging("");
      BucketSettings settings =
          new BucketSettings(
              BUCKET,
              "",
              proxy.endpoint(),
              "us-east-1",
              true,
              staging.credentials(),
              staging.listing(),
              null);
      try (BucketConnection connection =
          S3Clients.open(Side.STAGING, settings, alwaysChecksum, LIMITS, 1)) {
        sending.by(connection.client());
      }
    }
  }

  private static FaultyS3.Fault first(Answer answer) {
    AtomicInteger count = new AtomicInteger();
    return request -> count.getAndIncrement() == 0 ? answer : request.forward();
  }

  private void put(S3Client client) {
    client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromString("x"));
  }

  private static long puts() {
    return Arrays.stream(RequestCounts.puts().counts()).sum();
  }

  @Test
  void head_absent_isNoError() throws Exception {
    long requests = RequestCounts.requests(S3Request.HEAD);
    long errors = RequestCounts.errors(S3Request.HEAD);

    send(
        FaultyS3.Request::forward,
        client ->
            assertThatThrownBy(() -> client.headObject(r -> r.bucket(BUCKET).key(key)))
                .isInstanceOf(S3Exception.class));

    assertThat(RequestCounts.requests(S3Request.HEAD) - requests).isEqualTo(1);
    assertThat(RequestCounts.errors(S3Request.HEAD) - errors).isZero();
  }

  @Test
  void put_noAnswer_isAnErrorAndARetry() throws Exception {
    long requests = RequestCounts.requests(S3Request.PUT);
    long errors = RequestCounts.errors(S3Request.PUT);
    long retries = RequestCounts.retries();
    long throttles = RequestCounts.throttles();
    long puts = puts();

    send(first(Answer.NONE), this::put);

    assertThat(RequestCounts.requests(S3Request.PUT) - requests).isEqualTo(2);
    assertThat(RequestCounts.errors(S3Request.PUT) - errors).isEqualTo(1);
    assertThat(RequestCounts.retries() - retries).isEqualTo(1);
    assertThat(RequestCounts.throttles() - throttles).isZero();
    assertThat(puts() - puts).isEqualTo(1);
  }

  @Test
  void put_neverAnswered_isAnErrorForEachAttempt() throws Exception {
    long errors = RequestCounts.errors(S3Request.PUT);

    send(
        request -> Answer.NONE,
        client -> assertThatThrownBy(() -> put(client)).isInstanceOf(RuntimeException.class));

    assertThat(RequestCounts.errors(S3Request.PUT) - errors).isEqualTo(LIMITS.maxAttempts());
  }

  @Test
  void put_slowDown_isAThrottle() throws Exception {
    long errors = RequestCounts.errors(S3Request.PUT);
    long throttles = RequestCounts.throttles();

    send(first(Answer.error(429, "TooManyRequests")), this::put);
    send(first(Answer.error(500, "InternalError")), this::put);

    assertThat(RequestCounts.throttles() - throttles).isEqualTo(1);
    assertThat(RequestCounts.errors(S3Request.PUT) - errors).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sentBytes_takenAtTheSecondAttempt_countOnce(boolean alwaysChecksum) throws Exception {
    long sent = RequestCounts.sentBytes();

    send(
        alwaysChecksum,
        first(Answer.error(500, "InternalError")),
        client ->
            client.putObject(
                r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(new byte[12_345])));

    assertThat(RequestCounts.sentBytes() - sent).isEqualTo(12_345);
  }
}
