package org.assetstager.s3;

import java.util.Locale;

/** Which of the two buckets. */
public enum Side {
  /** The bucket of indexed content. */
  REMOTE,
  /** The bucket that users upload to. */
  STAGING;

  /** Returns the side's name in the settings: {@code remote} or {@code staging}. */
  public String settingsName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
