package org.assetstager.snapshot;

import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * What a walk found at a path.
 *
 * @param path relative to the root, {@code /}-separated; empty for the root itself
 * @param size bytes of a file, else 0
 * @param reason why it was skipped, else null
 * @param detail of the reason, or null
 */
public record WalkEntry(
    Kind kind, String path, long size, @Nullable SkipReason reason, @Nullable String detail) {
  static final RecordCodec<WalkEntry> CODEC = RecordCodec.of(WalkEntry.class);

  /** What becomes of an entry. */
  public enum Kind {
    /** A regular file, to be hashed. */
    FILE,
    /** A directory that has not been read yet. */
    DIRECTORY,
    /** Neither. */
    SKIPPED
  }

  static WalkEntry file(String path, long size) {
    return new WalkEntry(Kind.FILE, path, size, null, null);
  }

  static WalkEntry directory(String path) {
    return new WalkEntry(Kind.DIRECTORY, path, 0, null, null);
  }

  static WalkEntry skipped(String path, SkipReason reason, @Nullable String detail) {
    return new WalkEntry(Kind.SKIPPED, path, 0, reason, detail);
  }
}
