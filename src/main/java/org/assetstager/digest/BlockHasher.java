package org.assetstager.digest;

/** Advances several MD5 chains by the same number of blocks, side by side. */
interface BlockHasher {
  /** Returns how many chains go side by side. */
  int lanes();

  /**
   * Hashes blocks of 64 bytes into every lane. A lane that isn't needed still reads its bytes: give
   * it those of another one.
   *
   * @param bytes of each lane; lanes may share an array
   * @param offsets in them, of each lane
   * @param blocks how many each lane has from its offset on
   * @param state the lanes' first words, then their second ones, and so on: 4 times {@link #lanes}
   */
  void hash(byte[][] bytes, int[] offsets, int blocks, int[] state);
}
