package org.assetstager.settings;

import java.io.Serializable;
import java.time.Duration;

/** Timeouts and attempts of every request, retries being the SDK's. */
public record S3Settings(
    Duration connectTimeout, Duration attemptTimeout, Duration callTimeout, int maxAttempts)
    implements Serializable {
  /** Returns these, or what is less of them and of the given ones. */
  public S3Settings atMost(
      Duration connectTimeout, Duration attemptTimeout, Duration callTimeout, int maxAttempts) {
    return new S3Settings(
        shorter(this.connectTimeout, connectTimeout),
        shorter(this.attemptTimeout, attemptTimeout),
        shorter(this.callTimeout, callTimeout),
        Math.min(this.maxAttempts, maxAttempts));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
