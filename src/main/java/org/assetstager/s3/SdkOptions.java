package org.assetstager.s3;

import java.util.concurrent.ScheduledExecutorService;
import org.assetstager.settings.S3Settings;
import org.assetstager.spark.Daemons;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.retries.api.RetryStrategy;

/** The options that all clients of the SDK share. */
public final class SdkOptions {
  /** Shown in the store's logs. */
  static final String USER_AGENT = "asset-stager";

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html */
  static final String EXPECTED_OWNER = "x-amz-expected-bucket-owner";

  /** Of all clients; the SDK would give five threads to each. */
  private static final ScheduledExecutorService TIMEOUTS = Daemons.timer("s3-timeouts");

  private SdkOptions() {}

  /** Returns what all clients have in common. */
  static ClientOverrideConfiguration.Builder overrides(S3Settings s3) {
    return ClientOverrideConfiguration.builder()
        .apiCallAttemptTimeout(s3.attemptTimeout())
        .apiCallTimeout(s3.callTimeout())
        .scheduledExecutorService(TIMEOUTS)
        .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, USER_AGENT)
        .retryStrategy(retries(s3.maxAttempts()));
  }

  /**
   * Returns how requests are tried again: without the circuit breaker, whose quota is the client's,
   * so that many files in flight would use it up at the first SlowDown and fail without their
   * attempts. The waits between the attempts grow with jitter and protect the store.
   */
  private static RetryStrategy retries(int maxAttempts) {
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(maxAttempts)
        .circuitBreakerEnabled(false)
        .build();
  }

  /** Gives a single request another number of attempts. */
  public static SdkPlugin attempts(int maxAttempts) {
    return client ->
        client.overrideConfiguration(
            client.overrideConfiguration().toBuilder().retryStrategy(retries(maxAttempts)).build());
  }
}
