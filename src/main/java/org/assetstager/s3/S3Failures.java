package org.assetstager.s3;

import com.google.common.base.Throwables;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.S3Failure.Kind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Classifies what the SDK throws, once and where it is thrown: fatal for the whole job, or of one
 * object. The codes are those of "Error responses" in the Amazon S3 API Reference; other stores use
 * the same ones, but not always the same status, so the code counts first. A HEAD has no body:
 * there the status is all there is.
 */
public final class S3Failures {
  /** Codes that say how the job is set up, whatever their status. */
  private static final Set<String> FATAL_CODES =
      Set.of(
          "AccessDenied",
          "AllAccessDisabled",
          "AuthorizationHeaderMalformed",
          "ExpiredToken",
          "IllegalLocationConstraintException",
          "InvalidAccessKeyId",
          "InvalidBucketName",
          "InvalidBucketState",
          "InvalidEncryptionAlgorithmError",
          "InvalidStorageClass",
          "InvalidTag",
          "InvalidToken",
          "InvalidTokenId",
          "MethodNotAllowed",
          "NoSuchBucket",
          "NotImplemented",
          "PermanentRedirect",
          "QuotaExceeded",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "TokenRefreshRequired");

  private static final Set<String> BAD_DIGEST_CODES =
      Set.of("BadDigest", "XAmzContentSHA256Mismatch");

  private static final Set<String> TRANSIENT_CODES =
      Set.of("IncompleteBody", "RequestTimeout", "SlowDown", "Throttling", "InternalError");

  private S3Failures() {}

  /**
   * Explains why a request failed.
   *
   * @param failure what the SDK threw, its retries being over
   * @param key the key, or prefix, of the request
   * @return the failure of this one object
   * @throws JobFailure of kind SYSTEM if every other request would fail as well, or the driver
   *     could not be asked for leave to send
   * @throws CancellationException if the thread was interrupted; it stays so
   */
  public static S3Failure explain(
      SdkException failure, BucketPlace place, S3Request request, String key) {
    if (failure instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      throw new CancellationException(request + " of '" + key + "' was interrupted");
    }
    Throwables.getCausalChain(failure)
        .forEach(cause -> Throwables.throwIfInstanceOf(cause, JobFailure.class));
    if (failure instanceof AwsServiceException && !(failure instanceof S3Exception)) {
      // Of the service that the SDK has credentials from.
      throw ofCredentials(failure, place).toJobFailure();
    }
    String code = code(failure);
    String problem = of(request, key) + " failed at " + place + ": " + describe(failure, code);
    String remedy = S3Remedies.remedy(failure, code, place, request);
    Kind kind = kind(failure, code, request);
    S3Failure explained =
        new S3Failure(kind == null ? Kind.REFUSED : kind, request, code, problem, remedy, failure);
    if (kind == null) {
      throw explained.toJobFailure();
    }
    return explained;
  }

  /**
   * Returns the failure to assume a role.
   *
   * @param where the token service
   */
  static S3Failure ofRole(SdkException failure, BucketPlace place, String arn, String where) {
    String problem =
        "The role '"
            + arn
            + "' of "
            + place.side().settingsName()
            + " could not be assumed at "
            + where
            + ": "
            + describe(failure, code(failure));
    return ofJob(failure, problem, S3Remedies.ofRole(failure, place.credentialsName()));
  }

  private static S3Failure ofCredentials(SdkException failure, BucketPlace place) {
    String problem =
        "The credentials of "
            + place.side().settingsName()
            + " could not be fetched from the service that this host uses for them: "
            + describe(failure, code(failure));
    return ofJob(failure, problem, S3Remedies.withoutCredentials(place.credentialsName()));
  }

  /** Returns the failure to find credentials. */
  static S3Failure withoutCredentials(SdkException failure, Side side) {
    String problem =
        "There are no credentials for "
            + side.settingsName()
            + ": "
            + describe(failure, code(failure));
    return ofJob(failure, problem, S3Remedies.withoutCredentials(side.settingsName()));
  }

  private static S3Failure ofJob(SdkException failure, String problem, String remedy) {
    return new S3Failure(Kind.REFUSED, S3Request.OTHER, code(failure), problem, remedy, failure);
  }

  /**
   * Returns the failure of an object whose request was answered without what S3 always sends.
   *
   * @param what is missing, as in "an ETag"
   */
  public static S3Failure incomplete(
      BucketPlace place, S3Request request, String key, String what) {
    String problem = of(request, key) + " failed at " + place + ": it answered without " + what;
    return new S3Failure(
        Kind.TRANSIENT,
        request,
        "IncompleteAnswer",
        problem,
        "The store, or a proxy in front of it, omits what S3 always sends: check "
            + place.side().settingsName()
            + ".endpoint, or ask the store's operator.",
        SdkClientException.create(problem));
  }

  /** Returns null where the failure is fatal for the job. */
  private static @Nullable Kind kind(SdkException failure, String code, S3Request request) {
    if (!(failure instanceof AwsServiceException answer)) {
      boolean ofJob =
          S3Causes.isUnreachable(failure)
              || S3Causes.isWithoutCredentials(failure)
              || S3Causes.isWebPage(failure)
              || S3Causes.refusesEndpoint(failure) != null;
      return ofJob ? null : Kind.TRANSIENT;
    }
    if (isOfObject(code, request)) {
      return Kind.REFUSED;
    }
    if (FATAL_CODES.contains(code) || code.startsWith("KMS.")) {
      return null;
    }
    if (TRANSIENT_CODES.contains(code)) {
      return Kind.TRANSIENT;
    }
    if (BAD_DIGEST_CODES.contains(code)) {
      return Kind.BAD_DIGEST;
    }
    // A second attempt has sent a part again, and under SSE-KMS each sending has its own ETag.
    if (code.equals("InvalidPart")) {
      return Kind.NO_SUCH_UPLOAD;
    }
    return switch (answer.statusCode()) {
      case 301, 302, 303, 307, 308, 401, 403, 405, 407, 501, 507, 511 -> null;
      case 404 ->
          request == S3Request.HEAD || request == S3Request.GET ? Kind.ABSENT : notOpen(request);
      case 409 -> Kind.CONFLICT;
      case 412 -> Kind.PRECONDITION;
      // CompleteMultipartUpload may answer 200 and put the error into the body.
      case 200, 408, 429 -> Kind.TRANSIENT;
      default -> answer.statusCode() >= 500 ? Kind.TRANSIENT : Kind.REFUSED;
    };
  }

  /**
   * Archived, or under a key of KMS that is gone: who put the object chose that. A copy's key of
   * KMS may be that of the bucket it goes to.
   */
  private static boolean isOfObject(String code, S3Request request) {
    return switch (request) {
      case GET -> code.equals("InvalidObjectState") || code.startsWith("KMS.");
      case COPY, COPY_PART -> code.equals("InvalidObjectState");
      default -> false;
    };
  }

  private static Kind notOpen(S3Request request) {
    return switch (request) {
      case LIST_PARTS, PART, COPY_PART, COMPLETE, ABORT -> Kind.NO_SUCH_UPLOAD;
      default -> Kind.ABSENT;
    };
  }

  private static String code(SdkException failure) {
    if (failure instanceof AwsServiceException answer) {
      String code = answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
      return code == null || code.isBlank() ? S3Failure.STATUS + answer.statusCode() : code;
    }
    return failure.getClass().getSimpleName();
  }

  private static String describe(SdkException failure, String code) {
    if (failure instanceof AwsServiceException answer) {
      String message =
          answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorMessage();
      String status = answer.statusCode() + (code.startsWith(S3Failure.STATUS) ? "" : " " + code);
      if (S3Causes.isWebPage(failure)) {
        return "it answered " + status + " with a web page";
      }
      return message == null || message.isBlank()
          ? "it answered " + status
          : "it answered " + status + " (" + withoutFullStop(message) + ")";
    }
    if (S3Causes.isWebPage(failure)) {
      return "it answered with a web page instead of a listing";
    }
    Throwable root = Throwables.getRootCause(failure);
    String what = S3Causes.isUnreachable(failure) ? "it could not be reached: " : "";
    return what
        + root.getClass().getSimpleName()
        + ": "
        + withoutFullStop(String.valueOf(root.getMessage()));
  }

  private static String withoutFullStop(String text) {
    return text.strip().replaceFirst("\\.+$", "");
  }

  /** A listing of all has no key. */
  private static String of(Object request, String key) {
    return key.isEmpty() ? request.toString() : request + " of '" + key + "'";
  }
}
