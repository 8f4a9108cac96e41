package org.assetstager.commit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Failures;
import org.assetstager.s3.S3Request;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.CommitSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/**
 * Writes to the remote: the only class that does. It can only have the store copy objects of
 * staging, each under the ETag that it was proved under (copy-source-if-match), and, where the
 * settings say that the store has it, only to where nothing is (If-None-Match: "Conditional
 * requests" in the Amazon S3 User Guide). It deletes nothing and replaces nothing. Safe for many
 * threads.
 *
 * <p>Each method throws an {@link S3Failure} if this object can't be written, and a {@link
 * org.assetstager.asset.JobFailure} if none can.
 */
final class RemoteWriter {
  private final BucketConnection connection;
  private final BucketSettings staging;
  private final CommitSettings options;
  private final S3Settings limits;
  private final boolean onlyIfAbsent;

  /**
   * Writes by the given connection, which it doesn't close.
   *
   * @param settings with the asset server's credentials: {@link Settings#asServer}
   */
  RemoteWriter(BucketConnection connection, Settings settings) {
    this.connection = connection;
    this.staging = settings.staging().bucket();
    this.options = settings.commit();
    this.limits = settings.s3();
    this.onlyIfAbsent = settings.staging().conditionalWrites();
  }

  /** Returns a writer by this JVM's connection. */
  static RemoteWriter of(Settings settings) {
    return new RemoteWriter(S3Clients.remote(settings), settings);
  }

  /** Copies an object in one request; returns what the answer says of the copy. */
  ObjectFacts copy(StagedObject source, String key, Map<String, String> metadata) throws S3Failure {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket(staging.bucket())
            .sourceKey(source.key())
            .copySourceIfMatch(quoted(source.etag()))
            .expectedSourceBucketOwner(staging.expectedOwner())
            .destinationBucket(connection.bucket())
            .destinationKey(key)
            .metadataDirective(MetadataDirective.REPLACE)
            .metadata(metadata)
            // Everybody who writes to staging can set tags there. Other stores may not know tags.
            .taggingDirective(connection.place().isAws() ? TaggingDirective.REPLACE : null)
            .storageClass(options.storageClass())
            .serverSideEncryption(options.encryption().header())
            .ssekmsKeyId(options.kmsKeyId())
            .overrideConfiguration(time(source.size(), onlyIfAbsent));
    CopyObjectResponse response =
        connection.call(S3Request.COPY, key, client -> client.copyObject(request.build()));
    String etag = response.copyObjectResult() == null ? null : response.copyObjectResult().eTag();
    return facts(source, etag, response.serverSideEncryptionAsString());
  }

  /** Opens a multipart upload and returns its id. */
  String create(String key, Map<String, String> metadata) throws S3Failure {
    CreateMultipartUploadRequest request =
        CreateMultipartUploadRequest.builder()
            .bucket(connection.bucket())
            .key(key)
            .metadata(metadata)
            .storageClass(options.storageClass())
            .serverSideEncryption(options.encryption().header())
            .ssekmsKeyId(options.kmsKeyId())
            .build();
    String uploadId =
        connection
            .call(S3Request.CREATE, key, client -> client.createMultipartUpload(request))
            .uploadId();
    if (uploadId == null || uploadId.isEmpty()) {
      throw S3Failures.incomplete(connection.place(), S3Request.CREATE, key, "an UploadId");
    }
    return uploadId;
  }

  /**
   * Copies a part of an object and returns the part's ETag with its quotes, as {@link #complete}
   * wants it.
   *
   * @param index 0 for the first part
   * @param offset of the part in the object, in bytes
   * @param length of the part in bytes, at least 1
   */
  String copyPart(
      StagedObject source, String key, String uploadId, int index, long offset, long length)
      throws S3Failure {
    UploadPartCopyResponse response =
        connection.call(
            S3Request.COPY_PART,
            key,
            client ->
                client.uploadPartCopy(
                    r ->
                        r.sourceBucket(staging.bucket())
                            .sourceKey(source.key())
                            .copySourceIfMatch(quoted(source.etag()))
                            .copySourceRange("bytes=" + offset + "-" + (offset + length - 1))
                            .expectedSourceBucketOwner(staging.expectedOwner())
                            .destinationBucket(connection.bucket())
                            .destinationKey(key)
                            .uploadId(uploadId)
                            .partNumber(index + 1)
                            .overrideConfiguration(time(length, false))));
    String etag = response.copyPartResult() == null ? null : response.copyPartResult().eTag();
    if (etag == null || Etags.unquoted(etag) == null) {
      throw S3Failures.incomplete(connection.place(), S3Request.COPY_PART, key, "an ETag");
    }
    return etag;
  }

  /**
   * Makes the object of the parts; returns what the answer says of it.
   *
   * @param etags as {@link #copyPart} returned them, in the parts' order
   */
  ObjectFacts complete(StagedObject source, String key, String uploadId, List<String> etags)
      throws S3Failure {
    List<CompletedPart> parts = new ArrayList<>();
    for (String etag : etags) {
      parts.add(CompletedPart.builder().partNumber(parts.size() + 1).eTag(etag).build());
    }
    CompleteMultipartUploadResponse response =
        connection.call(
            S3Request.COMPLETE,
            key,
            client ->
                client.completeMultipartUpload(
                    r ->
                        r.bucket(connection.bucket())
                            .key(key)
                            .uploadId(uploadId)
                            .multipartUpload(m -> m.parts(parts))
                            .ifNoneMatch(onlyIfAbsent ? "*" : null)
                            // S3 may need minutes for thousands of parts, and says meanwhile that
                            // it is at work. One that is silent is ended by
                            // S3Settings.silenceTimeout().
                            .overrideConfiguration(
                                o -> o.apiCallAttemptTimeout(limits.callTimeout()))));
    return facts(source, response.eTag(), response.serverSideEncryptionAsString());
  }

  /** Gives a multipart upload up; it may be gone already. */
  void abort(String key, String uploadId) throws S3Failure {
    try {
      connection.call(
          S3Request.ABORT,
          key,
          client ->
              client.abortMultipartUpload(
                  r -> r.bucket(connection.bucket()).key(key).uploadId(uploadId)));
    } catch (S3Failure e) {
      if (e.kind() != S3Failure.Kind.NO_SUCH_UPLOAD) {
        throw e;
      }
    }
  }

  private static ObjectFacts facts(
      StagedObject source, @Nullable String etag, @Nullable String encryption) {
    return new ObjectFacts(
        source.size(), Etags.unquoted(etag), Map.of(), Etags.isUnderKms(encryption), null);
  }

  private static String quoted(String etag) {
    return '"' + etag + '"';
  }

  /** The store may need as long for a copy as for a body of its size. */
  private AwsRequestOverrideConfiguration time(long bytes, boolean ifNoneMatch) {
    Duration more = S3Clients.timeForBody(bytes);
    AwsRequestOverrideConfiguration.Builder time =
        AwsRequestOverrideConfiguration.builder()
            .apiCallAttemptTimeout(limits.attemptTimeout().plus(more))
            .apiCallTimeout(limits.callTimeout().plus(more));
    if (ifNoneMatch) {
      // S3 takes it with CopyObject, too; this version of the SDK has no name for it.
      time.putHeader("If-None-Match", "*");
    }
    return time.build();
  }
}
