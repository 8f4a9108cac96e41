package org.assetstager.verify;

import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * A missing row, and a file that may be its own under a new path.
 *
 * @param newPath relative to the row's root
 * @param newInode of the file, unsigned
 * @param newLinkCount hard links of the file
 * @param endedAfter entries after which the search ended before it had seen all; null if it saw all
 */
record RenameMatch(
    VerifiedRow missing,
    String newPath,
    long newInode,
    long newLinkCount,
    @Nullable Long endedAfter) {
  static final RecordCodec<RenameMatch> CODEC = RecordCodec.of(RenameMatch.class);

  /** Hash of a file's path, for {@link #place} and for keys. */
  static long hashOfPath(String root, String path) {
    return TextHash.of("path", root, path);
  }

  /** Hash of a file, for {@link #place} and for keys. */
  static long hashOfInode(String root, long inode) {
    return TextHash.of("inode", root, Long.toString(inode));
  }

  /**
   * Returns the place of a hash in a set of 24 bits, which takes two megabytes at most: it never
   * misses a member, and may report one that isn't.
   */
  static int place(long hash) {
    return (int) hash & 0xffffff;
  }

  /** Whether no other path can lead to the file but by links to its directory. */
  boolean isOnlyLink() {
    return newLinkCount == 1;
  }
}
