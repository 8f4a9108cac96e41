package org.assetstager.settings;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One side's bucket and how to reach it.
 *
 * @param prefix empty, or ends in {@code /}
 * @param endpoint null for AWS itself
 * @param expectedOwner account id that every request names, or null
 */
public record BucketSettings(
    String bucket,
    String prefix,
    @Nullable String endpoint,
    String region,
    boolean pathStyle,
    Credentials credentials,
    Listing listing,
    @Nullable String expectedOwner)
    implements Serializable {

  private static final Pattern AWS_HOST = Pattern.compile(".*\\.amazonaws\\.com(\\.cn)?");

  /** How to learn what a bucket holds. */
  public enum Listing {
    /** Whichever takes fewer requests. */
    AUTO,
    /** List the namespaces. */
    LIST,
    /** Ask for each candidate. */
    HEAD
  }

  /**
   * Whether a key can be below both prefixes in the same bucket. One server by two names is not
   * recognised.
   */
  public boolean overlaps(BucketSettings other) {
    return isOnServerOf(other)
        && bucket.equals(other.bucket)
        && (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix));
  }

  /** Whether both are on one server, by the same name. */
  public boolean isOnServerOf(BucketSettings other) {
    return server().equals(other.server());
  }

  /** Returns these settings with other credentials. */
  BucketSettings withCredentials(Credentials other) {
    return new BucketSettings(
        bucket, prefix, endpoint, region, pathStyle, other, listing, expectedOwner);
  }

  /** Names of buckets are unique across all regions of AWS, whichever of its hosts is asked. */
  private String server() {
    if (endpoint == null) {
      return "";
    }
    EndpointUrl url = EndpointUrl.parse(endpoint.toLowerCase(Locale.ROOT));
    if (AWS_HOST.matcher(url.host()).matches()) {
      return "";
    }
    int defaultPort = "https".equals(url.scheme()) ? 443 : 80;
    return url.host() + ":" + (url.port() < 0 ? defaultPort : url.port());
  }
}
