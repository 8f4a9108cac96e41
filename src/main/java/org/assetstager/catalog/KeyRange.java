package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Set;
import org.assetstager.s3.BucketConnection.Side;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys to list, on one side or both.
 *
 * @param below what the keys begin with, after {@code contents/}: a namespace with its slash, or
 *     nothing
 * @param startAfter keys of the range, without {@code below}, are greater; empty for the first range
 * @param endExclusive keys of the range, without {@code below}, are less; null for the last range
 */
record KeyRange(String below, String startAfter, @Nullable String endExclusive, Set<Side> sides)
    implements Serializable {
  /** Whether a key, without {@code below}, is still in the range. */
  boolean isBeforeEnd(String key) {
    return endExclusive == null || key.compareTo(endExclusive) < 0;
  }
}
