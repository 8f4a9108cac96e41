package org.assetstager.settings;

import java.io.Serializable;
import java.time.Duration;

/** Time-outs and attempts of every request. The SDK does the retries. */
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

  /**
   * Returns how long a store may be silent while it joins the parts of an upload: minutes, yet so
   * short that an answer that was lost is asked for again.
   */
  public Duration silenceTimeout() {
    Duration share = callTimeout.dividedBy(3);
    return share.compareTo(attemptTimeout) < 0 ? attemptTimeout : share;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
