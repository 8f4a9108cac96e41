package org.assetstager.asset;

/** Sums of sizes. A manifest may claim any size, and a sparse file may have any. */
public final class Sizes {
  private Sizes() {}

  /** Adds two sizes of at least 0; returns {@link Long#MAX_VALUE} where the sum is more. */
  public static long sum(long one, long other) {
    return other > Long.MAX_VALUE - one ? Long.MAX_VALUE : one + other;
  }
}
