package org.assetstager.s3;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Header;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Sends small bodies together with their headers. The SDK waits for {@code 100 Continue} before
 * each body of a PUT, so that it doesn't send a body that the store refuses. For a small body,
 * waiting takes longer than sending.
 */
final class SmallBodies implements ExecutionInterceptor {
  /** Sent in the time of a few round trips. */
  static final long MOST_BYTES = 1 << 20;

  static final String EXPECT = "Expect";

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    SdkHttpRequest request = context.httpRequest();
    boolean small =
        request.firstMatchingHeader(EXPECT).isPresent()
            && request
                .firstMatchingHeader(Header.CONTENT_LENGTH)
                .map(length -> Long.parseLong(length) <= MOST_BYTES)
                .orElse(false);
    return small ? request.toBuilder().removeHeader(EXPECT).build() : request;
  }
}
