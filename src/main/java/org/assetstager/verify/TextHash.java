package org.assetstager.verify;

import com.google.common.hash.Hashing;

/**
 * Hashes of 64 bits, the same in every JVM, to distinguish texts where a rare mistake does no harm.
 */
public final class TextHash {
  private TextHash() {}

  /**
   * Returns the hash of several texts; where one ends and the next begins counts too.
   *
   * @param texts without NULs
   */
  public static long of(String... texts) {
    return Hashing.murmur3_128().hashUnencodedChars(String.join("\0", texts)).asLong();
  }
}
