package org.assetstager.s3;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a person can do about a failure of S3, in the names of the settings. */
final class S3Remedies {
  private S3Remedies() {}

  /** Returns what a person can do, as sentences. */
  static String remedy(SdkException failure, String code, BucketPlace place, S3Request request) {
    String side = place.side().settingsName();
    String credentials = place.credentialsName();
    if (S3Causes.isWebPage(failure)) {
      return ofWebPage(side);
    }
    if (!(failure instanceof AwsServiceException answer)) {
      return clientRemedy(failure, side, credentials);
    }
    return switch (code) {
      case "InvalidAccessKeyId", "InvalidTokenId", "InvalidToken" ->
          "The store does not know the access key: check "
              + credentials
              + " and "
              + side
              + ".endpoint.";
      case "SignatureDoesNotMatch" ->
          "The secret key does not belong to the access key: check " + credentials + ".";
      case "ExpiredToken", "TokenRefreshRequired" ->
          "The credentials have expired: renew them, or use "
              + credentials
              + ".profile or role-arn, which renew themselves.";
      case "RequestTimeTooSkewed" -> "Set this host's clock.";
      case "NoSuchBucket", "InvalidBucketName" ->
          "There is no such bucket: check " + side + ".bucket and " + side + ".endpoint.";
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException" ->
          "The bucket is in "
              + actualRegion(answer)
              + ": check "
              + side
              + ".region and "
              + side
              + ".endpoint.";
      case "InvalidStorageClass" -> "Check " + place.writingName() + ".storage-class.";
      case "InvalidTag" -> "Check " + place.writingName() + ".tags.";
      case "InvalidEncryptionAlgorithmError" -> "Check " + place.writingName() + ".sse.";
      case "QuotaExceeded" -> "Make room in the bucket.";
      default -> statusRemedy(answer, code, place, request);
    };
  }

  private static String statusRemedy(
      AwsServiceException answer, String code, BucketPlace place, S3Request request) {
    String side = place.side().settingsName();
    String credentials = place.credentialsName();
    String writing = place.writingName();
    if (code.startsWith("KMS.")) {
      return "Check " + writing + ".kms-key-id and the right to use that key.";
    }
    if (place.side() == Side.REMOTE && request.writes() && isRefused(answer.statusCode())) {
      return "Set commit.credentials to the asset server's key, which alone may write to bucket '"
          + place.settings().bucket()
          + "' and read staging: conf/iam/server-policy.json has its rights. If it is that key, check "
          + side
          + ".endpoint, commit.sse and commit.storage-class, and set staging.conditional-writes = off"
          + " where the store lacks If-None-Match.";
    }
    return switch (answer.statusCode()) {
      case 301, 307 ->
          "The bucket is in "
              + actualRegion(answer)
              + ": check "
              + side
              + ".region and "
              + side
              + ".endpoint.";
      case 302, 303, 308, 407, 511 -> ofWebPage(side);
      // Many things: a HEAD's answer has no body that tells which.
      case 400 ->
          "The bucket may be in "
              + actualRegion(answer)
              + ", or the credentials may be old: check "
              + side
              + ".region, "
              + credentials
              + ", "
              + side
              + ".endpoint and "
              + side
              + ".prefix.";
      case 401, 403 ->
          "Check "
              + credentials
              + " and "
              + side
              + ".expected-owner, or grant "
              + rights(request)
              + " on bucket '"
              + place.settings().bucket()
              + "'.";
      case 405, 501 ->
          request.writes()
              ? "This bucket takes no writes, or none as asked for: check "
                  + side
                  + ".bucket, "
                  + side
                  + ".endpoint, "
                  + side
                  + ".sse, "
                  + side
                  + ".storage-class and "
                  + side
                  + ".tags."
              : "This store lacks the request: check " + side + ".endpoint.";
      case 507 -> "Make room in the store.";
      default -> "Run again with --resume; if it stays, ask the store's operator.";
    };
  }

  /** How stores refuse writes. */
  private static boolean isRefused(int status) {
    return status == 401 || status == 403 || status == 405 || status == 501;
  }

  private static String rights(S3Request request) {
    return switch (request) {
      case LIST -> "s3:ListBucket";
      case HEAD, GET -> "s3:GetObject and s3:ListBucket";
      case LIST_PARTS -> "s3:ListMultipartUploadParts";
      case DELETE -> "s3:DeleteObject and s3:DeleteObjectVersion";
      default -> "s3:PutObject and s3:AbortMultipartUpload";
    };
  }

  private static String actualRegion(AwsServiceException answer) {
    return answer.awsErrorDetails() == null || answer.awsErrorDetails().sdkHttpResponse() == null
        ? "another region"
        : answer
            .awsErrorDetails()
            .sdkHttpResponse()
            .firstMatchingHeader("x-amz-bucket-region")
            .map(region -> "region " + region)
            .orElse("another region");
  }

  /** Something else than S3 answers. */
  private static String ofWebPage(String side) {
    return "Something else than S3 answers there, such as a login page, a proxy or the store's"
        + " console: check "
        + side
        + ".endpoint with its port, and this host's HTTP proxy.";
  }

  static String withoutCredentials(String credentials) {
    return "Set " + credentials + ", or give this host what the AWS SDK looks for by itself.";
  }

  /** Returns what a person can do where a role could not be assumed. */
  static String ofRole(SdkException failure, String credentials) {
    String group = credentials + ".";
    if (failure instanceof AwsServiceException answer && answer.statusCode() < 500) {
      return "Check "
          + group
          + "role-arn, external-id and session-duration, that the role trusts the credentials it is"
          + " assumed with, and that these may do sts:AssumeRole.";
    }
    if (S3Causes.isWithoutCredentials(failure)) {
      return withoutCredentials(credentials);
    }
    return "Check "
        + group
        + "sts-endpoint, and that this host may reach it; then run again with --resume.";
  }

  private static String clientRemedy(SdkException failure, String side, String credentials) {
    String variable = S3Causes.refusesEndpoint(failure);
    if (variable != null) {
      return "The environment has "
          + variable
          + ", or an AWS profile file has it, and the AWS SDK takes no endpoint beside it: set "
          + variable
          + "=false for the driver and the executors, or set "
          + side
          + ".endpoint = null for AWS.";
    }
    if (S3Causes.isWithoutCredentials(failure)) {
      return withoutCredentials(credentials);
    }
    if (S3Causes.isTls(failure)) {
      return "Check whether "
          + side
          + ".endpoint should be http or https, and whether this host"
          + " trusts the store's certificate.";
    }
    if (S3Causes.isUnreachable(failure)) {
      return "Check " + side + ".endpoint, and that the store is up and this host may reach it.";
    }
    if (String.valueOf(failure.getMessage()).contains("Unable to unmarshall")) {
      return "The store, or a proxy before it, does not answer as S3 does: check "
          + side
          + ".endpoint, or ask the store's operator.";
    }
    return "Run again with --resume; if it stays, check the network to "
        + side
        + ".endpoint, or raise s3.attempt-timeout.";
  }
}
