package org.assetstager.s3;

import org.assetstager.settings.BucketSettings;

/** Where a side's bucket is, for messages. */
public record BucketPlace(Side side, BucketSettings settings) {
  /** Returns side, bucket, endpoint and region. */
  @Override
  public String toString() {
    return side.settingsName()
        + " (bucket '"
        + settings.bucket()
        + "', endpoint "
        + (settings.endpoint() == null ? "AWS" : settings.endpoint())
        + ", region "
        + settings.region()
        + ")";
  }
}
