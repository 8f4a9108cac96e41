package org.assetstager.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.primitives.Bytes;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.SeenFacts;
import org.jspecify.annotations.Nullable;

/**
 * A row of a ledger, and what its content, or the row itself, has against the deletion of its file.
 *
 * @param root absolute; null in a damaged row
 * @param path relative to the root; null in a damaged row
 * @param fileSize bytes, or null
 * @param md5 as the ledger has it, or null
 * @param kept null where nothing speaks against it so far
 * @param counted whether the row is one whose content was asked for; others are here for what they
 *     have against other rows of their path
 * @param seen the facts of the file as the run saw it; none where {@code kept} isn't null
 */
record JudgedRow(
    @Nullable String root,
    @Nullable String path,
    @Nullable Long fileSize,
    @Nullable String md5,
    @Nullable Kept kept,
    boolean counted,
    SeenFacts seen) {
  static final RecordCodec<JudgedRow> CODEC = RecordCodec.of(JudgedRow.class);

  /** No path has it. */
  private static final byte END = 0;

  /**
   * Returns the key that brings rows together that are about the same file.
   *
   * @param realRoot where the root leads; the root as it is where that isn't known
   */
  static byte[] key(String realRoot, @Nullable String path) {
    return Bytes.concat(absolute(realRoot, path).getBytes(UTF_8), new byte[] {END});
  }

  /** Returns the absolute path of a file. */
  static String absolute(String root, @Nullable String path) {
    return root.endsWith("/") ? root + path : root + "/" + path;
  }

  /** Returns the absolute path in a key. */
  static String pathOf(byte[] key) {
    return new String(key, 0, pathLength(key), UTF_8);
  }

  /** Returns how many bytes of a key are its path. */
  static int pathLength(byte[] key) {
    return Bytes.indexOf(key, END);
  }
}
