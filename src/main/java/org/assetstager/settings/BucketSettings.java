package org.assetstager.settings;

import java.io.Serializable;
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

  /** How to learn what a bucket holds. */
  public enum Listing {
    /** Whichever takes fewer requests. */
    AUTO,
    /** List the namespaces. */
    LIST,
    /** Ask for each candidate. */
    HEAD
  }
}
