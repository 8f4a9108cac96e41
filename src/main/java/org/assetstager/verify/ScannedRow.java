package org.assetstager.verify;

import org.jspecify.annotations.Nullable;

/**
 * Where a row of the manifest says that its file is, and which file was there.
 *
 * @param root null only of a bad row
 * @param path relative to the root; null only of a bad row
 * @param inode unsigned; null where no file was found
 */
public record ScannedRow(@Nullable String root, @Nullable String path, @Nullable Long inode) {
  static ScannedRow of(Candidate candidate) {
    VerifiedRow found = candidate.found();
    return new ScannedRow(found.row().root(), found.row().path(), found.seen().inode());
  }
}
