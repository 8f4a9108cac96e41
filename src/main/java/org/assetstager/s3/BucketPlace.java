package org.assetstager.s3;

import org.assetstager.settings.BucketSettings;

/** Where a side's bucket is, for messages. */
public record BucketPlace(Side side, BucketSettings settings) {
  /** Returns the name of the settings that requests are signed with. */
  String credentialsName() {
    String other = settings.credentials().otherName();
    return other == null ? side.settingsName() + ".credentials" : other;
  }

  /** Returns the group of settings that say how objects are written there. */
  String writingName() {
    return side == Side.REMOTE ? "commit" : side.settingsName();
  }

  /** Whether no endpoint is set, so that it is in AWS's own S3. */
  public boolean isAws() {
    return settings.endpoint() == null;
  }

  /** Returns side, bucket, endpoint and region. */
  @Override
  public String toString() {
    return side.settingsName()
        + " (bucket '"
        + settings.bucket()
        + "', endpoint "
        + (isAws() ? "AWS" : settings.endpoint())
        + ", region "
        + settings.region()
        + ")";
  }
}
