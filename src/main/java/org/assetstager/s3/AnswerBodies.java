package org.assetstager.s3;

import com.google.common.collect.Sets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Reads the bodies that the job needs, so that the SDK sends a request again if its answer broke
 * off: the SDK itself doesn't. Can give a body to the sender of the request, for answers that are
 * so large that the SDK's own way of reading them is expensive: first a tree of all elements, then
 * objects of all their fields.
 */
public final class AnswerBodies implements ExecutionInterceptor {
  private static final ExecutionAttribute<Consumer<byte[]>> READER =
      new ExecutionAttribute<>("AssetStagerBodyReader");

  /** Of the others the status, or a header, is enough. */
  private static final Set<S3Request> ANSWERED_IN_THE_BODY =
      Sets.immutableEnumSet(
          S3Request.LIST,
          S3Request.LIST_PARTS,
          S3Request.CREATE,
          S3Request.COPY,
          S3Request.COPY_PART,
          S3Request.COMPLETE);

  /** What the SDK reads instead. */
  private static final byte[] NOTHING = "<nothing/>".getBytes(StandardCharsets.US_ASCII);

  /**
   * Returns what to configure a request with.
   *
   * @param reader gets the body of each attempt that succeeds; the SDK's response has no content
   *     then
   */
  public static Consumer<AwsRequestOverrideConfiguration.Builder> goTo(Consumer<byte[]> reader) {
    return request -> request.putExecutionAttribute(READER, reader);
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    S3Request kind = S3Request.of(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
    if (!context.httpResponse().isSuccessful() || !ANSWERED_IN_THE_BODY.contains(kind)) {
      return context.responseBody();
    }
    Optional<byte[]> body = context.responseBody().map(stream -> read(kind, stream));
    Consumer<byte[]> reader = attributes.getAttribute(READER);
    if (reader == null) {
      return body.map(ByteArrayInputStream::new);
    }
    reader.accept(body.orElse(new byte[0]));
    return Optional.of(new ByteArrayInputStream(NOTHING));
  }

  private static byte[] read(S3Request kind, InputStream body) {
    try (body) {
      return body.readAllBytes();
    } catch (IOException e) {
      RequestCounts.unanswered(kind);
      throw RetryableException.create("The answer broke off: " + e.getMessage(), e);
    }
  }
}
