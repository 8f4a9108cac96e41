package org.assetstager.s3;

import org.assetstager.limits.Limiter;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Makes each attempt of a request wait for its turn. The first one waits before the timeouts begin
 * to run; those that follow go ahead of the first ones of other requests.
 */
record PacedRequests(Limiter requests) implements ExecutionInterceptor {
  private static final ExecutionAttribute<Boolean> FIRST_ATTEMPT =
      new ExecutionAttribute<>("org.assetstager.s3.FirstAttempt");

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    try {
      requests.acquire(1);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    attributes.putAttribute(FIRST_ATTEMPT, true);
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    boolean waited = Boolean.TRUE.equals(attributes.getAttribute(FIRST_ATTEMPT));
    attributes.putAttribute(FIRST_ATTEMPT, false);
    if (!waited) {
      try {
        requests.acquireSoon(1);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    if (S3Failure.isOverload(context.httpResponse().statusCode())) {
      requests.refused();
    }
  }

  /** Returns what the SDK itself throws, so that it can tell its own timeouts from others. */
  static AbortedException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return AbortedException.create("Waiting to send was interrupted", cause);
  }
}
