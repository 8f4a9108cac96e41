package org.assetstager.s3;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointParams;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;

/**
 * The endpoint of a client that has an {@code endpoint} and {@code path-style}. The SDK's rules
 * give the same result for every key of a bucket, and took a tenth of a request's CPU time.
 */
final class FixedEndpoint implements S3EndpointProvider {
  private final S3EndpointProvider rules = S3EndpointProvider.defaultProvider();
  private final Map<String, CompletableFuture<Endpoint>> ofBuckets = new ConcurrentHashMap<>();

  @Override
  public CompletableFuture<Endpoint> resolveEndpoint(S3EndpointParams request) {
    String bucket = request.bucket();
    if (bucket == null) {
      return rules.resolveEndpoint(request);
    }
    CompletableFuture<Endpoint> known = ofBuckets.get(bucket);
    if (known != null) {
      return known;
    }
    CompletableFuture<Endpoint> found = rules.resolveEndpoint(request);
    if (!found.isCompletedExceptionally()) {
      ofBuckets.put(bucket, found);
    }
    return found;
  }
}
