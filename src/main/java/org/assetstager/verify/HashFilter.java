package org.assetstager.verify;

import java.io.Serializable;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of hashes of at most two megabytes. It keeps few hashes whole, and only some bits of many.
 * So it may report a member that isn't one, but never misses one.
 */
final class HashFilter implements Serializable {
  private static final long serialVersionUID = 1;

  /** Boxed, they take as much as the bits. */
  static final int MOST_EXACT = 32_768;

  /** A power of two. */
  private static final int BITS = 1 << 24;

  private final Set<Long> exact = new HashSet<>();
  private @Nullable BitSet bits;

  /** Adds a hash, uniform in its lowest bits. */
  void add(long hash) {
    if (bits == null) {
      exact.add(hash);
      if (exact.size() > MOST_EXACT) {
        spill();
      }
    } else {
      bits.set(bit(hash));
    }
  }

  /** Adds all members of another one. */
  void addAll(HashFilter other) {
    if (other.bits != null) {
      spill().or(other.bits);
    } else {
      other.exact.forEach(this::add);
    }
  }

  private BitSet spill() {
    BitSet spilled = bits;
    if (spilled == null) {
      spilled = new BitSet(BITS);
      for (long hash : exact) {
        spilled.set(bit(hash));
      }
      exact.clear();
      bits = spilled;
    }
    return spilled;
  }

  private static int bit(long hash) {
    return (int) (hash & BITS - 1);
  }

  /** Whether a hash is a member; maybe also of one that isn't. */
  boolean mayContain(long hash) {
    return bits == null ? exact.contains(hash) : bits.get(bit(hash));
  }
}
