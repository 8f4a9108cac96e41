package org.assetstager.upload;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.StagingProof;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.DirectPuts;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Failures;
import org.assetstager.s3.S3Request;
import org.assetstager.s3.SdkOptions;
import org.assetstager.s3.Side;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.StagingSettings;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Writes to staging: the only class that sends requests that change a bucket. Every body goes with
 * its {@code Content-MD5}, so that the store itself refuses other bytes. Safe for many threads.
 *
 * <p>Each method throws an {@link S3Failure} if this object can't be written, and a {@link
 * org.assetstager.asset.JobFailure} if none can; an {@link IOException} is one of the body's file.
 *
 * @param connection not closed
 * @param pacing how much longer than usual a body may take because it has to wait for its turn
 */
record StagingWriter(
    BucketConnection connection, StagingSettings settings, S3Settings limits, Duration pacing) {
  /** No key of a content looks like this. */
  static final String PROBE = ".preflight";

  private static final byte[] PROBE_PART = {0};

  static final Md5 PROBE_MD5 = Md5.ofBytes(Md5.newDigest().digest(PROBE_PART));

  StagingWriter {
    if (connection.side() != Side.STAGING) {
      throw new IllegalArgumentException("Only staging is written to, not " + connection);
    }
  }

  private ObjectOptions options() {
    return new ObjectOptions(settings);
  }

  private <T> T send(S3Request request, String key, Function<S3Client, T> call)
      throws S3Failure, IOException {
    try {
      return connection.call(
          request,
          key,
          client -> {
            try {
              return call.apply(client);
            } catch (RuntimeException e) {
              UncheckedIOException ofFile = ofFile(e);
              throw ofFile == null ? e : ofFile;
            }
          });
    } catch (S3Failure e) {
      connection.requireStoring(e, this::storeAPart);
      throw e;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Sends a part of an upload of no content, which is given up.
   *
   * @throws S3Failure if the upload can't be opened, or the part can't be stored
   */
  private void storeAPart() throws S3Failure, IOException {
    String key = ContentKey.contents(connection.settings().prefix()) + PROBE;
    String uploadId = create(key, Map.of());
    try {
      probe(key, uploadId, PROBE_MD5);
    } finally {
      // The task may have been cancelled meanwhile; the upload has to go all the same.
      boolean interrupted = Thread.interrupted();
      abortQuietly(key, uploadId);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void abortQuietly(String key, String uploadId) throws IOException {
    try {
      abort(key, uploadId);
    } catch (S3Failure | JobFailure e) {
      // The bucket's lifecycle rule does it.
      return;
    }
  }

  /** Sends the first part of an upload that is to be given up: one byte, with an MD5. */
  void probe(String key, String uploadId, Md5 md5) throws S3Failure, IOException {
    try (Body body = Body.ofBuffer(PROBE_PART.clone(), PROBE_PART.length, new BufferPool(1))) {
      part(key, uploadId, 0, body, md5);
    }
  }

  /** A body's file is the cause where its {@link UncheckedIOException} is: see {@link Body}. */
  private static @Nullable UncheckedIOException ofFile(RuntimeException failure) {
    return Throwables.getCausalChain(failure).stream()
        .filter(UncheckedIOException.class::isInstance)
        .map(UncheckedIOException.class::cast)
        .findFirst()
        .orElse(null);
  }

  Written put(
      String key, Body body, Md5 md5, Map<String, String> metadata, WriteCondition condition)
      throws S3Failure, IOException {
    DirectPuts directPuts = directPuts();
    // The options of an object are the SDK's.
    if (directPuts == null || options().areGiven()) {
      return put(key, body, md5, metadata, condition, limits.maxAttempts());
    }
    Map<String, String> headers = PutHeaders.of(md5, metadata, condition);
    Optional<DirectPuts.Taken> taken =
        send(
            S3Request.PUT,
            key,
            client ->
                directPuts.put(
                    key, body.streams(), body.length(), headers, attemptTime(body.length())));
    return taken.isPresent()
        ? written(taken.get().etag(), taken.get().encryption(), md5)
        : put(key, body, md5, metadata, condition, limits.maxAttempts() - 1);
  }

  private static Written written(
      @Nullable String quotedEtag, @Nullable String encryption, Md5 md5) {
    String etag = Etags.unquoted(quotedEtag);
    return new Written(
        etag, StagingProof.isSinglePartEtagOf(etag, md5) || Etags.isUnderKms(encryption));
  }

  private Written put(
      String key,
      Body body,
      Md5 md5,
      Map<String, String> metadata,
      WriteCondition condition,
      int attempts)
      throws S3Failure, IOException {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(connection.bucket())
            .key(key)
            .contentMD5(md5.toBase64())
            .metadata(metadata)
            .ifNoneMatch(condition.ifNoneMatchHeader())
            .ifMatch(condition.ifMatchHeader())
            .overrideConfiguration(timeFor(body.length(), attempts));
    options().addTo(request);
    PutObjectResponse response =
        send(S3Request.PUT, key, client -> client.putObject(request.build(), body.toRequestBody()));
    return written(response.eTag(), response.serverSideEncryptionAsString(), md5);
  }

  /** Opens a multipart upload and returns its id. */
  String create(String key, Map<String, String> metadata) throws S3Failure, IOException {
    CreateMultipartUploadRequest.Builder request =
        CreateMultipartUploadRequest.builder()
            .bucket(connection.bucket())
            .key(key)
            .metadata(metadata);
    options().addTo(request);
    String uploadId =
        send(S3Request.CREATE, key, client -> client.createMultipartUpload(request.build()))
            .uploadId();
    if (uploadId == null || uploadId.isEmpty()) {
      throw incomplete(S3Request.CREATE, key, "an UploadId");
    }
    return uploadId;
  }

  /** Returns the failure of an object whose request was answered without what S3 always sends. */
  S3Failure incomplete(S3Request request, String key, String what) {
    return S3Failures.incomplete(connection.place(), request, key, what);
  }

  /**
   * Sends a part and returns its ETag with its quotes, as {@link #complete} wants it; null where
   * the answer has none.
   *
   * @param index 0 for the first part
   */
  @Nullable String part(String key, String uploadId, int index, Body body, Md5 md5)
      throws S3Failure, IOException {
    DirectPuts directPuts = directPuts();
    if (directPuts == null) {
      return part(key, uploadId, index, body, md5, limits.maxAttempts());
    }
    Map<String, String> headers = PutHeaders.of(md5, Map.of(), WriteCondition.NONE);
    Optional<DirectPuts.Taken> taken =
        send(
            S3Request.PART,
            key,
            client ->
                directPuts.put(
                    key,
                    uploadId,
                    index + 1,
                    body.streams(),
                    body.length(),
                    headers,
                    attemptTime(body.length())));
    return taken.isPresent()
        ? taken.get().etag()
        : part(key, uploadId, index, body, md5, limits.maxAttempts() - 1);
  }

  private @Nullable String part(
      String key, String uploadId, int index, Body body, Md5 md5, int attempts)
      throws S3Failure, IOException {
    return send(
            S3Request.PART,
            key,
            client ->
                client.uploadPart(
                    r ->
                        r.bucket(connection.bucket())
                            .key(key)
                            .uploadId(uploadId)
                            .partNumber(index + 1)
                            .contentMD5(md5.toBase64())
                            .overrideConfiguration(timeFor(body.length(), attempts)),
                    body.toRequestBody()))
        .eTag();
  }

  /** Returns what sends bodies first; null if that is left to the SDK. */
  private @Nullable DirectPuts directPuts() {
    DirectPuts directPuts = connection.directPuts();
    return directPuts != null && directPuts.isInUse() ? directPuts : null;
  }

  /**
   * Makes the object of the parts.
   *
   * @param sent with the ETags as {@link #part} returned them
   */
  Written complete(String key, SentUpload sent, WriteCondition condition)
      throws S3Failure, IOException {
    List<CompletedPart> parts = new ArrayList<>();
    for (String etag : sent.etags()) {
      parts.add(CompletedPart.builder().partNumber(parts.size() + 1).eTag(etag).build());
    }
    CompleteMultipartUploadResponse response =
        send(
            S3Request.COMPLETE,
            key,
            client ->
                client.completeMultipartUpload(
                    r ->
                        r.bucket(connection.bucket())
                            .key(key)
                            .uploadId(sent.uploadId())
                            .multipartUpload(m -> m.parts(parts))
                            .ifNoneMatch(condition.ifNoneMatchHeader())
                            .ifMatch(condition.ifMatchHeader())
                            // S3 may need minutes for thousands of parts, and says meanwhile that
                            // it is at work. One that is silent is ended by
                            // S3Settings.silenceTimeout().
                            .overrideConfiguration(
                                o -> o.apiCallAttemptTimeout(limits.callTimeout()))));
    String etag = Etags.unquoted(response.eTag());
    return new Written(
        etag,
        StagingProof.isMultipartEtagOf(etag, sent.partMd5s())
            || Etags.isUnderKms(response.serverSideEncryptionAsString()));
  }

  /** Gives a multipart upload up; it may be gone already. */
  void abort(String key, String uploadId) throws S3Failure, IOException {
    try {
      send(
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

  private AwsRequestOverrideConfiguration timeFor(long bodyBytes, int attempts) {
    AwsRequestOverrideConfiguration.Builder time =
        AwsRequestOverrideConfiguration.builder()
            .apiCallAttemptTimeout(attemptTime(bodyBytes))
            .apiCallTimeout(limits.callTimeout().plus(moreTime(bodyBytes)));
    if (attempts != limits.maxAttempts()) {
      time.addPlugin(SdkOptions.attempts(attempts));
    }
    return time.build();
  }

  private Duration attemptTime(long bodyBytes) {
    return limits.attemptTimeout().plus(moreTime(bodyBytes));
  }

  private Duration moreTime(long bodyBytes) {
    return S3Clients.timeForBody(bodyBytes).plus(pacing);
  }
}
