package org.assetstager.asset;

import com.google.common.math.LongMath;
import java.io.Serializable;

/**
 * A number of rows, and the bytes of their files.
 *
 * @param rows at least 0
 * @param bytes at least 0, {@link Long#MAX_VALUE} where that is more: a manifest may claim any size
 */
public record Total(long rows, long bytes) implements Serializable {
  /** Nothing. */
  public static final Total NONE = new Total(0, 0);

  /** Validates the numbers. */
  public Total {
    if (rows < 0 || bytes < 0) {
      throw new IllegalArgumentException("Negative total: " + rows + " rows, " + bytes + " B");
    }
  }

  /** Returns both together. */
  public Total plus(Total other) {
    return new Total(rows + other.rows, LongMath.saturatedAdd(bytes, other.bytes));
  }
}
