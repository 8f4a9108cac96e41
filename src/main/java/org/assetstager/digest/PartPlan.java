package org.assetstager.digest;

import com.google.common.math.LongMath;
import java.math.RoundingMode;

/**
 * How a content is cut into the parts of a multipart upload. All parts but the last have the same
 * size. The limits are those of "Amazon S3 multipart upload limits" in the S3 User Guide.
 *
 * @param size bytes of the whole content
 * @param partSize bytes of every part but the last
 */
public record PartPlan(long size, long partSize) {
  public static final int MOST_PARTS = 10_000;

  /** Least bytes of a part that isn't the last: 5 MiB. */
  public static final long LEAST_PART_BYTES = 5L << 20;

  /** Most bytes of a part: 5 GiB. */
  public static final long MOST_PART_BYTES = 5L << 30;

  /** Most bytes of an object: what the parts can hold, 48.8 TiB. */
  public static final long MOST_OBJECT_BYTES = MOST_PARTS * MOST_PART_BYTES;

  public PartPlan {
    if (size < 0 || size > MOST_OBJECT_BYTES) {
      throw new IllegalArgumentException(
          "An object has 0 to " + MOST_OBJECT_BYTES + " bytes, not " + size);
    }
    if (partSize < LEAST_PART_BYTES || partSize > MOST_PART_BYTES) {
      throw new IllegalArgumentException(
          "A part has " + LEAST_PART_BYTES + " to " + MOST_PART_BYTES + " bytes, not " + partSize);
    }
    if (size > MOST_PARTS * partSize) {
      throw new IllegalArgumentException(
          size + " bytes in parts of " + partSize + " are more than " + MOST_PARTS + " parts");
    }
  }

  /**
   * Makes the plan for a content: the configured part size, or the least one that keeps to the
   * limits.
   *
   * @param size bytes, 0 to {@link #MOST_OBJECT_BYTES}
   * @param configuredPartSize bytes
   */
  public static PartPlan of(long size, long configuredPartSize) {
    long needed = LongMath.divide(size, MOST_PARTS, RoundingMode.CEILING);
    long partSize = Math.max(Math.max(configuredPartSize, needed), LEAST_PART_BYTES);
    return new PartPlan(size, Math.min(partSize, MOST_PART_BYTES));
  }

  /** Returns how many parts there are, at least 1: an empty content has one empty part. */
  public int count() {
    return (int) Math.max(1, LongMath.divide(size, partSize, RoundingMode.CEILING));
  }

  /**
   * Returns where a part begins, in bytes.
   *
   * @param index 0 to {@code count() - 1}; S3's part number less one
   */
  public long offset(int index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException("Part " + index + " of " + count());
    }
    return index * partSize;
  }

  public long length(int index) {
    return Math.min(partSize, size - offset(index));
  }
}
