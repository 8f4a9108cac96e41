package org.assetstager.s3;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a person can do about a failure of S3, in the names of the settings. */
final class S3Remedies {
  private static final String OTHER_REGION =
      "The bucket is in {region}: check {side}.region and {side}.endpoint.";

  /** Something else than S3 answers. */
  private static final String WEB_PAGE =
      "Something else than S3 answers there, such as a login page, a proxy or the store's console:"
          + " check {side}.endpoint with its port, and this host's HTTP proxy.";

  private static final String WITHOUT_CREDENTIALS =
      "Set {credentials}, or give this host what the AWS SDK looks for by itself.";

  private S3Remedies() {}

  /** Returns what a person can do, as sentences. */
  static String remedy(SdkException failure, String code, BucketPlace place, S3Request request) {
    String remedy;
    if (S3Causes.isWebPage(failure)) {
      remedy = WEB_PAGE;
    } else if (failure instanceof AwsServiceException answer) {
      remedy = ofCode(answer, code, place, request).replace("{region}", actualRegion(answer));
    } else {
      remedy = ofClient(failure);
    }
    return remedy
        .replace("{side}", place.side().settingsName())
        .replace("{credentials}", place.credentialsName())
        .replace("{writing}", place.writingName())
        .replace("{bucket}", place.settings().bucket());
  }

  private static String ofCode(
      AwsServiceException answer, String code, BucketPlace place, S3Request request) {
    return switch (code) {
      case "InvalidAccessKeyId", "InvalidTokenId", "InvalidToken" ->
          "The store does not know the access key: check {credentials} and {side}.endpoint.";
      case "SignatureDoesNotMatch" ->
          "The secret key does not belong to the access key: check {credentials}.";
      case "ExpiredToken", "TokenRefreshRequired" ->
          "The credentials have expired: renew them, or use {credentials}.profile or role-arn,"
              + " which renew themselves.";
      case "RequestTimeTooSkewed" -> "Set this host's clock.";
      case "NoSuchBucket", "InvalidBucketName" ->
          "There is no such bucket: check {side}.bucket and {side}.endpoint.";
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException" ->
          OTHER_REGION;
      case "InvalidStorageClass" -> "Check {writing}.storage-class.";
      case "InvalidTag" -> "Check {writing}.tags.";
      case "InvalidEncryptionAlgorithmError" -> "Check {writing}.sse.";
      case "QuotaExceeded" -> "Free space in the bucket, or raise its quota.";
      default -> ofStatus(answer.statusCode(), code, place, request);
    };
  }

  private static String ofStatus(int status, String code, BucketPlace place, S3Request request) {
    if (code.startsWith("KMS.")) {
      return "Check {writing}.kms-key-id and the right to use that key.";
    }
    if (place.side() == Side.REMOTE && request.writes() && isRefused(status)) {
      return "Set commit.credentials to the asset server's key, which alone may write to bucket"
          + " '{bucket}' and read staging: conf/iam/server-policy.json has its rights. If it is"
          + " that key, check {side}.endpoint, commit.sse and commit.storage-class, and set"
          + " staging.conditional-writes = off where the store lacks If-None-Match.";
    }
    return switch (status) {
      case 301, 307 -> OTHER_REGION;
      case 302, 303, 308, 407, 511 -> WEB_PAGE;
      // Many things: a HEAD's answer has no body that tells which.
      case 400 ->
          "The bucket may be in {region}, or the credentials may have expired: check {side}.region,"
              + " {credentials}, {side}.endpoint and {side}.prefix.";
      case 401, 403 ->
          "Check {credentials} and {side}.expected-owner, or grant "
              + rights(request)
              + " on bucket '{bucket}'.";
      case 405, 501 ->
          request.writes()
              ? "The bucket refuses writes, or writes with these options: check {side}.bucket,"
                  + " {side}.endpoint, {side}.sse, {side}.storage-class and {side}.tags."
              : "This store doesn't know the request: check {side}.endpoint.";
      case 507 -> "Free space in the store.";
      default -> "Run again with --resume; if this doesn't help, ask the store's operator.";
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

  static String withoutCredentials(String credentials) {
    return WITHOUT_CREDENTIALS.replace("{credentials}", credentials);
  }

  /** Returns what a person can do where a role could not be assumed. */
  static String ofRole(SdkException failure, String credentials) {
    String remedy;
    if (failure instanceof AwsServiceException answer && answer.statusCode() < 500) {
      remedy =
          "Check {credentials}.role-arn, external-id and session-duration, that the role trusts the"
              + " credentials it is assumed with, and that these may do sts:AssumeRole.";
    } else if (S3Causes.isWithoutCredentials(failure)) {
      remedy = WITHOUT_CREDENTIALS;
    } else {
      remedy =
          "Check {credentials}.sts-endpoint, and that this host may reach it; then run again with"
              + " --resume.";
    }
    return remedy.replace("{credentials}", credentials);
  }

  private static String ofClient(SdkException failure) {
    String variable = S3Causes.refusesEndpoint(failure);
    if (variable != null) {
      return "The environment has "
          + variable
          + ", or an AWS profile file has it, and the AWS SDK accepts no endpoint together with it:"
          + " set "
          + variable
          + "=false for the driver and the executors, or set {side}.endpoint = null for AWS.";
    }
    if (S3Causes.isWithoutCredentials(failure)) {
      return WITHOUT_CREDENTIALS;
    }
    if (S3Causes.isTls(failure)) {
      return "Check whether {side}.endpoint should be http or https, and whether this host trusts"
          + " the store's certificate.";
    }
    if (S3Causes.isUnreachable(failure)) {
      return "Check {side}.endpoint, and that the store is up and this host may reach it.";
    }
    if (String.valueOf(failure.getMessage()).contains("Unable to unmarshall")) {
      return "The store, or a proxy in front of it, does not answer like S3: check {side}.endpoint,"
          + " or ask the store's operator.";
    }
    return "Run again with --resume; if this doesn't help, check the network to {side}.endpoint, or"
        + " raise s3.attempt-timeout.";
  }
}
