package org.assetstager.s3;

import java.util.Locale;
import org.assetstager.settings.BucketSettings;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A side's bucket with the client that reaches it. Not serializable: a task gets its own from
 * {@link S3Clients}.
 *
 * @param client safe for many threads
 */
public record BucketConnection(Side side, BucketSettings settings, S3Client client)
    implements AutoCloseable {
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

  /** Returns side, bucket, endpoint and region, for messages. */
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

  /** Closes the client; only for who opened it by {@link S3Clients#open}. */
  @Override
  public void close() {
    client.close();
  }
}
