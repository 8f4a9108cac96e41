package org.assetstager.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.assetstager.spark.Daemons;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Sends each request once, with an HTTP client that it doesn't close. For requests with short
 * answers.
 */
record TimedRequests(SdkHttpClient http) {
  /** Of an answer's body: S3's errors have less than 1 KiB. A longer one is cut off. */
  private static final int MOST_BYTES = 16 << 10;

  private static final ScheduledExecutorService WATCH = Daemons.timer("s3-timed-requests");

  /** An answer whose body was read, so that its connection is free again. */
  record Answer(SdkHttpResponse response, String body) {}

  /**
   * Sends a request and waits for its answer.
   *
   * @param content as long as the request's header says
   * @param mostTime from the start to the end of the answer
   * @throws IOException of the network, also if it takes too long
   */
  Answer send(SdkHttpRequest request, ContentStreamProvider content, Duration mostTime)
      throws IOException {
    ExecutableHttpRequest attempt =
        http.prepareRequest(
            HttpExecuteRequest.builder().request(request).contentStreamProvider(content).build());
    Future<?> watch = WATCH.schedule(attempt::abort, mostTime.toNanos(), TimeUnit.NANOSECONDS);
    try {
      HttpExecuteResponse answer = attempt.call();
      return new Answer(answer.httpResponse(), body(answer.responseBody()));
    } finally {
      watch.cancel(false);
    }
  }

  private static String body(Optional<AbortableInputStream> answered) throws IOException {
    if (answered.isEmpty()) {
      return "";
    }
    try (AbortableInputStream body = answered.get()) {
      byte[] bytes = body.readNBytes(MOST_BYTES);
      if (bytes.length == MOST_BYTES) {
        // Closing alone would read the rest first.
        body.abort();
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
