package org.assetstager.s3;

import com.google.common.util.concurrent.AtomicLongMap;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.Header;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * What this JVM has sent to S3 since it started, and how it was answered; each attempt counts. And
 * the uploads that its tasks put on their run's record, or took off it. Safe for many threads.
 */
public final class RequestCounts {
  private static final AtomicLongMap<S3Request> REQUESTS = AtomicLongMap.create();
  private static final AtomicLongMap<S3Request> ERRORS = AtomicLongMap.create();
  private static final LongAdder RETRIES = new LongAdder();
  private static final LongAdder THROTTLES = new LongAdder();
  private static final LongAdder SENT_BYTES = new LongAdder();
  private static final LongAdder OPENED_UPLOADS = new LongAdder();
  private static final LongAdder CLOSED_UPLOADS = new LongAdder();
  private static final Latencies PUTS = new Latencies();
  private static final Latencies LISTS = new Latencies();

  private static final Map<S3Request, Long> DRAINED = new EnumMap<>(S3Request.class);
  private static long drainedRetries;

  private RequestCounts() {}

  /** Returns the attempts of a kind. */
  public static long requests(S3Request kind) {
    return REQUESTS.get(kind);
  }

  /**
   * Returns the attempts of a kind that had no answer, or one that is an error. That nothing is
   * under a key that was asked for (404), or that somebody wrote it (412), is no error.
   */
  public static long errors(S3Request kind) {
    return ERRORS.get(kind);
  }

  /** Returns the attempts that were not the first ones of their requests. */
  public static long retries() {
    return RETRIES.sum();
  }

  /** Returns the answers that ask to slow down: 429 and 503. */
  public static long throttles() {
    return THROTTLES.sum();
  }

  /** Returns the bytes of the objects and parts that the store took, each time it did. */
  public static long sentBytes() {
    return SENT_BYTES.sum();
  }

  /** Returns the multipart uploads that were put on a run's record. */
  public static long openedUploads() {
    return OPENED_UPLOADS.sum();
  }

  /** Returns the multipart uploads that were taken off a run's record. */
  public static long closedUploads() {
    return CLOSED_UPLOADS.sum();
  }

  /** Returns how long PutObject took to be answered, where it succeeded. */
  public static Latencies puts() {
    return PUTS;
  }

  /** Returns how long pages of listings took to be answered, where they were. */
  public static Latencies lists() {
    return LISTS;
  }

  /** Counts a multipart upload that is on record as open. */
  public static void uploadOpened() {
    OPENED_UPLOADS.increment();
  }

  /** Counts a multipart upload that no longer is on record as open. */
  public static void uploadClosed() {
    CLOSED_UPLOADS.increment();
  }

  /** Takes note that a request begins again whose attempts are over. */
  static void beganAgain() {
    RETRIES.increment();
  }

  /**
   * Returns the requests since the last call.
   *
   * @return the name of an {@link S3Request} to a number above zero
   */
  public static synchronized Map<String, Long> drain() {
    Map<String, Long> drained = new TreeMap<>();
    for (S3Request kind : S3Request.values()) {
      long now = requests(kind);
      long more = now - DRAINED.getOrDefault(kind, 0L);
      if (more > 0) {
        drained.put(kind.name(), more);
        DRAINED.put(kind, now);
      }
    }
    return drained;
  }

  /** Returns what {@link #drain} has returned so far. */
  static synchronized Map<S3Request, Long> drained() {
    return new EnumMap<>(DRAINED);
  }

  /** Takes back requests that {@link #drain} returned: the next call returns them again. */
  static synchronized void giveBack(S3Request kind, long requests) {
    DRAINED.merge(kind, -requests, Long::sum);
  }

  /** Takes back retries that {@link #drainRetries} returned. */
  static synchronized void giveBackRetries(long retries) {
    drainedRetries -= retries;
  }

  /** Returns the retries since the last call. */
  static synchronized long drainRetries() {
    long now = retries();
    long more = now - drainedRetries;
    drainedRetries = now;
    return more;
  }

  /** Counts an attempt that is about to be sent. */
  static void sent(S3Request kind) {
    REQUESTS.incrementAndGet(kind);
  }

  /**
   * Counts the answer to an attempt.
   *
   * @param sentNanos when it was sent, or null where that isn't known
   */
  static void answered(S3Request kind, int status, @Nullable Long sentNanos) {
    if (status >= 400) {
      countError(kind, status);
    } else if (sentNanos != null && kind == S3Request.PUT) {
      PUTS.record(System.nanoTime() - sentNanos);
    } else if (sentNanos != null && kind == S3Request.LIST) {
      LISTS.record(System.nanoTime() - sentNanos);
    }
  }

  /** Counts a body that the store took. */
  static void took(long bytes) {
    SENT_BYTES.add(bytes);
  }

  /** Counts an attempt that had no answer. */
  static void unanswered(S3Request kind) {
    ERRORS.incrementAndGet(kind);
  }

  private static void countError(S3Request kind, int status) {
    if (status == 429 || status == 503) {
      THROTTLES.increment();
    }
    boolean absent = status == 404 && (kind == S3Request.HEAD || kind == S3Request.GET);
    if (!absent && status != 412) {
      ERRORS.incrementAndGet(kind);
    }
  }

  /** Counts what one client sends. */
  static final class Interceptor implements ExecutionInterceptor {
    /** When the last attempt was sent; 0 once it was answered. */
    private static final ExecutionAttribute<Long> SENT_NANOS =
        new ExecutionAttribute<>("org.assetstager.s3.SentNanos");

    private static S3Request kind(ExecutionAttributes attributes) {
      return S3Request.of(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
    }

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      S3Request kind = kind(attributes);
      Long before = attributes.getAttribute(SENT_NANOS);
      if (before != null) {
        RETRIES.increment();
        countUnanswered(kind, before);
      }
      sent(kind);
      // Never 0, which says something else.
      attributes.putAttribute(SENT_NANOS, System.nanoTime() | 1);
    }

    @Override
    public void afterTransmission(
        Context.AfterTransmission context, ExecutionAttributes attributes) {
      Long sent = attributes.getAttribute(SENT_NANOS);
      attributes.putAttribute(SENT_NANOS, 0L);
      S3Request kind = kind(attributes);
      answered(kind, context.httpResponse().statusCode(), sent);
      if (context.httpResponse().isSuccessful()
          && (kind == S3Request.PUT || kind == S3Request.PART)) {
        took(bodyBytes(context.httpRequest()));
      }
    }

    /** Without what the SDK's own checksums add to a body. */
    private static long bodyBytes(SdkHttpRequest request) {
      return request
          .firstMatchingHeader("x-amz-decoded-content-length")
          .or(() -> request.firstMatchingHeader(Header.CONTENT_LENGTH))
          .map(Long::parseLong)
          .orElse(0L);
    }

    private static void countUnanswered(S3Request kind, long sentNanos) {
      if (sentNanos != 0) {
        unanswered(kind);
      }
    }

    @Override
    public void onExecutionFailure(
        Context.FailedExecution context, ExecutionAttributes attributes) {
      Long sent = attributes.getAttribute(SENT_NANOS);
      if (sent != null) {
        countUnanswered(kind(attributes), sent);
      }
    }
  }
}
