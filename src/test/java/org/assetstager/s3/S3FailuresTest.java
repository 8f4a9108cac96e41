package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import org.assetstager.asset.JobFailure;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sts.model.StsException;

class S3FailuresTest {
  private static final BucketPlace STAGING =
      new BucketPlace(
          Side.STAGING,
          new BucketSettings(
              "incoming",
              "",
              "http://127.0.0.1:9",
              "eu-west-1",
              true,
              new Credentials("key", "very-secret", "token", null, null, null),
              BucketSettings.Listing.AUTO,
              null));

  private static SdkException answer(int status, String code) {
    return S3Exception.builder()
        .statusCode(status)
        .awsErrorDetails(
            AwsErrorDetails.builder().errorCode(code).errorMessage("Because it is so.").build())
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    // Without a code a HEAD is answered.
    "HEAD, 404, , ABSENT",
    "HEAD, 403, , FATAL",
    "HEAD, 401, , FATAL",
    "HEAD, 400, , REFUSED",
    "HEAD, 301, , FATAL",
    "HEAD, 503, , TRANSIENT",
    "GET, 404, NoSuchKey, ABSENT",
    // What was put by somebody who archived it, or whose key is gone.
    "GET, 403, InvalidObjectState, REFUSED",
    "GET, 400, KMS.DisabledException, REFUSED",
    "GET, 403, AccessDenied, FATAL",
    "COPY, 403, InvalidObjectState, REFUSED",
    "COPY_PART, 403, InvalidObjectState, REFUSED",
    "COPY, 403, AccessDenied, FATAL",
    // It may be the key of the bucket that is copied to.
    "COPY, 400, KMS.DisabledException, FATAL",
    "LIST, 403, InvalidObjectState, FATAL",
    "LIST, 404, NoSuchBucket, FATAL",
    "LIST, 403, AccessDenied, FATAL",
    "PUT, 403, AccessDenied, FATAL",
    "PUT, 403, , FATAL",
    "PUT, 403, InvalidAccessKeyId, FATAL",
    "PUT, 403, SignatureDoesNotMatch, FATAL",
    "PUT, 403, RequestTimeTooSkewed, FATAL",
    "PUT, 400, ExpiredToken, FATAL",
    "PUT, 400, AuthorizationHeaderMalformed, FATAL",
    "PUT, 400, InvalidStorageClass, FATAL",
    "PUT, 400, KMS.NotFoundException, FATAL",
    "PUT, 301, PermanentRedirect, FATAL",
    "PUT, 404, NoSuchBucket, FATAL",
    "PUT, 405, MethodNotAllowed, FATAL",
    "PUT, 501, NotImplemented, FATAL",
    "PUT, 507, XMinioStorageFull, FATAL",
    // A proxy, or a page to sign in at.
    "PUT, 302, , FATAL",
    "PUT, 407, , FATAL",
    "PUT, 511, , FATAL",
    "PUT, 409, InvalidBucketState, FATAL",
    "PUT, 400, BadDigest, BAD_DIGEST",
    "PUT, 400, XAmzContentSHA256Mismatch, BAD_DIGEST",
    "PUT, 400, EntityTooLarge, REFUSED",
    "PUT, 400, RequestTimeout, TRANSIENT",
    "PUT, 400, IncompleteBody, TRANSIENT",
    "PUT, 409, ConditionalRequestConflict, CONFLICT",
    "PUT, 409, OperationAborted, CONFLICT",
    "PUT, 412, PreconditionFailed, PRECONDITION",
    "PUT, 429, TooManyRequests, TRANSIENT",
    "PUT, 500, InternalError, TRANSIENT",
    "PUT, 503, SlowDown, TRANSIENT",
    "PART, 404, NoSuchUpload, NO_SUCH_UPLOAD",
    "COMPLETE, 404, NoSuchUpload, NO_SUCH_UPLOAD",
    "COMPLETE, 412, PreconditionFailed, PRECONDITION",
    "COMPLETE, 409, ConditionalRequestConflict, CONFLICT",
    "COMPLETE, 200, InternalError, TRANSIENT",
    "COMPLETE, 400, InvalidPart, NO_SUCH_UPLOAD",
    "COMPLETE, 400, EntityTooSmall, REFUSED",
    "ABORT, 404, NoSuchUpload, NO_SUCH_UPLOAD",
  })
  void explain_answer_isClassified(S3Request request, int status, String code, String expected) {
    assertThat(kind(answer(status, code), request)).isEqualTo(expected);
  }

  static Stream<Arguments> clientFailures() {
    return Stream.of(
        Arguments.of(new ConnectException("Connection refused"), "FATAL"),
        Arguments.of(new ConnectTimeoutException("Connect timed out"), "FATAL"),
        Arguments.of(new ConnectionPoolTimeoutException("Timeout waiting"), "TRANSIENT"),
        Arguments.of(new UnknownHostException("nowhere.invalid"), "FATAL"),
        Arguments.of(new SSLHandshakeException("unable to find valid certification"), "FATAL"),
        Arguments.of(new SocketException("Connection reset"), "TRANSIENT"),
        Arguments.of(new SocketTimeoutException("Read timed out"), "TRANSIENT"),
        Arguments.of(new IOException("Broken pipe"), "TRANSIENT"));
  }

  @ParameterizedTest
  @MethodSource("clientFailures")
  void explain_noAnswer_isClassifiedByItsCause(IOException cause, String expected) {
    SdkException failure = SdkClientException.create("Unable to execute HTTP request", cause);

    assertThat(kind(failure, S3Request.PUT)).isEqualTo(expected);
  }

  @Test
  void explain_attemptThatTookTooLong_isTransient() {
    assertThat(kind(ApiCallAttemptTimeoutException.create(5), S3Request.PART))
        .isEqualTo("TRANSIENT");
  }

  @Test
  void explain_noCredentials_isFatal() {
    SdkException failure =
        SdkClientException.create("Unable to load credentials from any of the providers");

    assertThat(kind(failure, S3Request.LIST)).isEqualTo("FATAL");
  }

  private static String kind(SdkException failure, S3Request request) {
    try {
      return S3Failures.explain(failure, STAGING, request, "a/key").kind().name();
    } catch (JobFailure e) {
      assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM);
      return "FATAL";
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, 403, AccessDenied, grant s3:PutObject and s3:AbortMultipartUpload on bucket 'incoming'",
    "LIST, 403, AccessDenied, grant s3:ListBucket on bucket 'incoming'",
    "HEAD, 403, , grant s3:GetObject and s3:ListBucket on bucket 'incoming'",
    "PUT, 403, InvalidAccessKeyId, check staging.credentials",
    "PUT, 400, ExpiredToken, renew them",
    "PUT, 403, RequestTimeTooSkewed, Set this host's clock",
    "PUT, 404, NoSuchBucket, check staging.bucket",
    "PUT, 301, PermanentRedirect, check staging.region",
    "PUT, 501, , The bucket refuses writes",
    "CREATE, 501, , staging.sse",
    "PUT, 507, , Free space",
    "PUT, 400, KMS.DisabledException, staging.kms-key-id",
  })
  void explain_fatal_saysWhereWhatAndTheRemedy(
      S3Request request, int status, String code, String remedy) {
    assertThatThrownBy(() -> S3Failures.explain(answer(status, code), STAGING, request, "a/key"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(request + " of 'a/key' failed at staging")
        .hasMessageContaining("bucket 'incoming', endpoint http://127.0.0.1:9, region eu-west-1")
        .hasMessageContaining("it answered " + status)
        .hasMessageContaining("(Because it is so). ")
        .hasMessageContaining(remedy)
        .hasMessageNotContaining("very-secret");
  }

  @Test
  void explain_badRequestWithoutACode_namesAllThatMayBeWrong() {
    S3Failure failure = S3Failures.explain(answer(400, null), STAGING, S3Request.LIST, "");

    assertThat(failure.toJobFailure())
        .hasMessageContaining(
            "The bucket may be in another region, or the credentials may have expired")
        .hasMessageContaining("staging.prefix");
  }

  @ParameterizedTest
  @CsvSource({"302", "403", "404", "503"})
  void explain_webPage_isNoAnswerOfS3(int status) {
    SdkException page =
        S3Exception.builder()
            .statusCode(status)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .sdkHttpResponse(
                        SdkHttpResponse.builder()
                            .statusCode(status)
                            .putHeader("Content-Type", "text/html; charset=utf-8")
                            .build())
                    .build())
            .build();

    assertThat(jobFailure(page))
        .hasMessageContaining("it answered " + status + " with a web page. ")
        .hasMessageContaining("Something else than S3 answers there, such as a login page")
        .hasMessageContaining("check staging.endpoint with its port")
        .hasMessageNotContaining("attempt-timeout");
  }

  @ParameterizedTest
  @CsvSource({
    "A custom endpoint cannot be combined with FIPS, AWS_USE_FIPS_ENDPOINT",
    "Cannot set dual-stack in combination with a custom endpoint., AWS_USE_DUALSTACK_ENDPOINT",
  })
  void explain_endpointThatTheEnvironmentForbids_namesTheVariable(String text, String variable) {
    assertThat(kind(SdkClientException.create(text), S3Request.PUT)).isEqualTo("FATAL");
    assertThat(jobFailure(SdkClientException.create(text)))
        .hasMessageContaining("The environment has " + variable)
        .hasMessageContaining("set " + variable + "=false for the driver and the executors")
        .hasMessageNotContaining("attempt-timeout");
  }

  @Test
  void explain_answerThatTheSdkCannotRead_blamesTheStoreAndNoTimeout() {
    SdkException failure =
        SdkClientException.create("Unable to unmarshall response (For input string: \"abc\")");

    assertThat(jobFailure(failure))
        .hasMessageContaining("does not answer like S3: check staging.endpoint")
        .hasMessageNotContaining("attempt-timeout");
  }

  /** As the SDK's default chain has credentials from. */
  @Test
  void explain_answerOfAnotherServiceThanS3_blamesTheCredentials() {
    SdkException failure =
        StsException.builder()
            .statusCode(403)
            .awsErrorDetails(
                AwsErrorDetails.builder().errorCode("AccessDenied").errorMessage("No").build())
            .build();

    assertThat(jobFailure(failure))
        .hasMessageStartingWith("The credentials of staging could not be fetched from the service")
        .hasMessageContaining("it answered 403 AccessDenied (No)")
        .hasMessageContaining("Set staging.credentials")
        .hasMessageNotContaining("s3:");
  }

  private static JobFailure jobFailure(SdkException failure) {
    try {
      return S3Failures.explain(failure, STAGING, S3Request.LIST, "").toJobFailure();
    } catch (JobFailure e) {
      return e;
    }
  }

  @Test
  void explain_interruptedThread_staysInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(
            () -> S3Failures.explain(answer(503, "SlowDown"), STAGING, S3Request.PUT, "k"))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void toFailureAtStart_refusedByS3_blamesTheSettings() {
    assertThat(atStart(answer(403, "AccessDenied"))).isEqualTo(JobFailure.Kind.INPUT);
    assertThat(atStart(SdkClientException.create("x", new ConnectException("refused"))))
        .isEqualTo(JobFailure.Kind.SYSTEM);
  }

  private static JobFailure.Kind atStart(SdkException failure) {
    try {
      throw S3Failures.explain(failure, STAGING, S3Request.LIST, "").toJobFailure();
    } catch (JobFailure e) {
      return ((S3Failure) e.getCause()).toFailureAtStart().kind();
    }
  }
}
