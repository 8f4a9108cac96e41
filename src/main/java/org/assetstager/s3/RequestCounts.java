package org.assetstager.s3;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Requests that this JVM sent to S3, each attempt counted, by kind. Safe for many threads. */
public final class RequestCounts {
  private static final Map<Class<? extends SdkRequest>, S3Request> KINDS =
      Map.of(
          ListObjectsV2Request.class, S3Request.LIST,
          HeadObjectRequest.class, S3Request.HEAD,
          GetObjectRequest.class, S3Request.GET,
          ListPartsRequest.class, S3Request.LIST_PARTS,
          PutObjectRequest.class, S3Request.PUT,
          UploadPartRequest.class, S3Request.PART,
          CreateMultipartUploadRequest.class, S3Request.CREATE,
          CompleteMultipartUploadRequest.class, S3Request.COMPLETE,
          AbortMultipartUploadRequest.class, S3Request.ABORT);

  private static final Map<S3Request, LongAdder> COUNTS = new EnumMap<>(S3Request.class);

  static {
    for (S3Request kind : S3Request.values()) {
      COUNTS.put(kind, new LongAdder());
    }
  }

  private RequestCounts() {}

  /**
   * Returns the requests since the last call and starts again from nothing.
   *
   * @return LIST, HEAD, GET, LIST_PARTS, PUT, PART, CREATE, COMPLETE, ABORT or OTHER to a number
   *     above zero
   */
  public static Map<String, Long> drain() {
    Map<String, Long> drained = new TreeMap<>();
    COUNTS.forEach(
        (kind, adder) -> {
          long count = adder.sumThenReset();
          if (count > 0) {
            drained.put(kind.name(), count);
          }
        });
    return drained;
  }

  /** Counts an attempt that the SDK doesn't know of. */
  static void count(S3Request kind) {
    Objects.requireNonNull(COUNTS.get(kind)).increment();
  }

  /** Counts what one client sends. */
  static final class Interceptor implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      count(KINDS.getOrDefault(context.request().getClass(), S3Request.OTHER));
    }
  }
}
