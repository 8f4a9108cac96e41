package org.assetstager.report;

import com.google.common.math.LongMath;
import java.io.Serializable;
import org.assetstager.asset.Total;

/**
 * Files that a run reads besides those that it sends, because their content is known or equal to
 * one that is sent, and that its dry run has not read.
 *
 * @param small of a size that goes in one request
 * @param large the others
 */
public record KnownFiles(Total small, Total large) implements Serializable {
  /** None. */
  public static final KnownFiles NONE = new KnownFiles(Total.NONE, Total.NONE);

  /** Returns both together. */
  public KnownFiles plus(KnownFiles other) {
    return new KnownFiles(small.plus(other.small), large.plus(other.large));
  }

  /** Returns the bytes of all. */
  public long bytes() {
    return LongMath.saturatedAdd(small.bytes(), large.bytes());
  }
}
