package org.assetstager.s3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.assetstager.limits.ClusterLimits;
import org.assetstager.limits.Limiter;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.EndpointUrl;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.UploadSettings;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Makes connections to the two buckets. A JVM has one client for each side and settings: it holds
 * the pool of connections, and its credentials refresh themselves.
 */
public final class S3Clients {
  /** More than the tasks of a large executor have under way; a connection is made when needed. */
  private static final int MOST_CONNECTIONS = 512;

  /** Of CopyObject and UploadPartCopy, by the Amazon S3 API Reference. */
  private static final long MOST_COPIED_BYTES = 5L << 30;

  private static final Map<ClientKey, BucketConnection> SHARED = new ConcurrentHashMap<>();

  /**
   * What a connection is made of.
   *
   * @param limits how fast it may be; null for one without limits, and without patience
   */
  private record ClientKey(
      Side side,
      BucketSettings bucket,
      boolean alwaysChecksum,
      S3Settings s3,
      @Nullable UploadSettings limits) {}

  private S3Clients() {}

  /** Returns this JVM's connection to the remote, which is never closed. */
  public static BucketConnection remote(Settings settings) {
    return shared(
        new ClientKey(Side.REMOTE, settings.remote(), false, settings.s3(), settings.upload()));
  }

  /** As {@link #remote}, to staging. */
  public static BucketConnection staging(Settings settings) {
    return shared(
        new ClientKey(
            Side.STAGING,
            settings.staging().bucket(),
            settings.staging().alwaysChecksum(),
            settings.s3(),
            settings.upload()));
  }

  private static BucketConnection shared(ClientKey key) {
    return SHARED.computeIfAbsent(key, k -> open(k, MOST_CONNECTIONS));
  }

  /** Returns a connection of the caller's own, who closes its client; without limits. */
  public static BucketConnection open(
      Side side, BucketSettings bucket, boolean alwaysChecksum, S3Settings s3, int maxConnections) {
    return open(new ClientKey(side, bucket, alwaysChecksum, s3, null), maxConnections);
  }

  private static BucketConnection open(ClientKey key, int maxConnections) {
    try {
      return connect(key, maxConnections);
    } catch (IllegalArgumentException | IllegalStateException | SdkException e) {
      throw SdkSetup.explain(e, key.side());
    }
  }

  private static BucketConnection connect(ClientKey key, int maxConnections) {
    Side side = key.side();
    BucketSettings bucket = key.bucket();
    boolean alwaysChecksum = key.alwaysChecksum();
    S3Settings s3 = key.s3();
    UploadSettings limits = key.limits();
    AwsCredentialsProvider credentials = S3Credentials.of(side, bucket, s3);
    SdkHttpClient http = paced(httpClient(s3, s3.attemptTimeout(), maxConnections), key);
    Limiter requests =
        limits == null ? null : ClusterLimits.requests(limits.maxRequestsPerSecond());
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(bucket.region()))
            .forcePathStyle(bucket.pathStyle())
            .credentialsProvider(credentials)
            // Content-MD5 proves the bytes; some stores refuse the SDK's own trailing checksums.
            .requestChecksumCalculation(
                alwaysChecksum
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(
                alwaysChecksum
                    ? ResponseChecksumValidation.WHEN_SUPPORTED
                    : ResponseChecksumValidation.WHEN_REQUIRED)
            // Chunked signing of an empty object over http is refused by some stores.
            .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
            .overrideConfiguration(overrides(s3, bucket, requests));
    String endpoint = bucket.endpoint();
    if (endpoint != null) {
      builder.endpointOverride(EndpointUrl.parse(endpoint).standIn());
      if (bucket.pathStyle()) {
        builder.endpointProvider(new FixedEndpoint());
      }
    }
    S3Client client = builder.httpClient(http).build();
    PatientClient completing = patient(builder, s3, s3.silenceTimeout(), maxConnections);
    // The time-outs of the requests' attempts, which go by the size, end these.
    Duration longestCopy = s3.attemptTimeout().plus(timeForBody(MOST_COPIED_BYTES));
    PatientClient copying = patient(builder, s3, longestCopy, maxConnections);
    SdkHttpClient bodies =
        endpoint == null || isProxyNamed()
            ? http
            : paced(
                new BodyHttpClient(EndpointUrl.parse(endpoint).scheme(), s3, maxConnections), key);
    DirectPuts directPuts =
        side == Side.STAGING && !alwaysChecksum && s3.maxAttempts() > 1
            ? DirectPuts.of(bucket, credentials, bodies, requests)
            : null;
    return new BucketConnection(
        side,
        bucket,
        client,
        completing,
        copying,
        () -> {
          http.close();
          completing.close();
          copying.close();
          bodies.close();
        },
        directPuts,
        limits == null ? Duration.ZERO : s3.callTimeout(),
        new BucketConnection.InARow());
  }

  /**
   * Returns a client as the builder makes it, for answers that come late.
   *
   * @param silence after which a connection counts as broken
   */
  private static PatientClient patient(
      S3ClientBuilder builder, S3Settings s3, Duration silence, int maxConnections) {
    return new PatientClient(
        () -> {
          synchronized (builder) {
            return builder
                .httpClient(null)
                .httpClientBuilder(o -> httpClient(s3, silence, maxConnections))
                .build();
          }
        });
  }

  private static SdkHttpClient httpClient(
      S3Settings s3, Duration socketTimeout, int maxConnections) {
    return ApacheHttpClient.builder()
        .maxConnections(maxConnections)
        .connectionTimeout(s3.connectTimeout())
        .socketTimeout(socketTimeout)
        .connectionAcquisitionTimeout(s3.attemptTimeout())
        // Where to wait for leave to send a body is for SmallBodies to say.
        .expectContinueEnabled(false)
        .tcpKeepAlive(true)
        .build();
  }

  /**
   * Whether system properties or the environment name a proxy, as the SDK's client looks for it.
   */
  private static boolean isProxyNamed() {
    return ProxyConfiguration.builder().build().host() != null;
  }

  private static SdkHttpClient paced(SdkHttpClient client, ClientKey key) {
    UploadSettings limits = key.limits();
    Long bandwidth = limits == null ? null : limits.maxBandwidthBytesPerSecond();
    return bandwidth == null || key.side() != Side.STAGING
        ? client
        : new PacedHttpClient(client, ClusterLimits.bytes(bandwidth), key.s3().attemptTimeout());
  }

  private static ClientOverrideConfiguration overrides(
      S3Settings s3, BucketSettings bucket, @Nullable Limiter requests) {
    ClientOverrideConfiguration.Builder builder = SdkOptions.overrides(s3);
    interceptors(bucket.endpoint(), requests).forEach(builder::addExecutionInterceptor);
    String expectedOwner = bucket.expectedOwner();
    if (expectedOwner != null) {
      builder.putHeader(SdkOptions.EXPECTED_OWNER, expectedOwner);
    }
    return builder.build();
  }

  private static List<ExecutionInterceptor> interceptors(
      @Nullable String endpoint, @Nullable Limiter requests) {
    List<ExecutionInterceptor> interceptors = new ArrayList<>();
    if (endpoint != null) {
      interceptors.add(new RealHost(EndpointUrl.parse(endpoint)));
    }
    interceptors.add(new SmallBodies());
    interceptors.add(new AnswerBodies());
    if (requests != null) {
      interceptors.add(new PacedRequests(requests));
    }
    // Last, so that no wait for leave counts as the store's.
    interceptors.add(new RequestCounts.Interceptor());
    return interceptors;
  }

  /**
   * Returns how much longer than {@code s3.attempt-timeout} a request may take for its body: a
   * second for each MiB, so that a part of 1 GiB of a file of 10 TB needs 8 Mbit/s for it.
   *
   * @param bodyBytes length of the body
   */
  public static Duration timeForBody(long bodyBytes) {
    return Duration.ofSeconds(bodyBytes >> 20);
  }
}
