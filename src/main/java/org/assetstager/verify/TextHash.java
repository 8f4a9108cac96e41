package org.assetstager.verify;

/**
 * Hashes of 64 bits, the same in every JVM, to distinguish texts where a rare mistake does no harm.
 */
public final class TextHash {
  // FNV-1a, draft-eastlake-fnv.
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private TextHash() {}

  /** Returns the hash of several texts; where one ends and the next begins counts too. */
  public static long of(String... texts) {
    long hash = OFFSET;
    for (String text : texts) {
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * PRIME;
      }
      // No character is this.
      hash = (hash ^ 0x10000) * PRIME;
    }
    return spread(hash);
  }

  /** Lets each bit depend on all: the last step of MurmurHash3, by Austin Appleby. */
  private static long spread(long hash) {
    long spread = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    spread = (spread ^ spread >>> 33) * 0xc4ceb9fe1a85ec53L;
    return spread ^ spread >>> 33;
  }
}
