package org.assetstager.snapshot;

import java.math.BigInteger;
import org.assetstager.digest.PartPlan;
import org.assetstager.files.FileFacts;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot knows of a path.
 *
 * @param path relative to the root, {@code /}-separated; empty for the root itself
 * @param size bytes; this and the other facts are 0 where it is no file
 * @param modifiedAtNanos {@code st_mtime_ns}
 * @param changedAtNanos {@code st_ctime_ns}
 * @param linkCount {@code st_nlink}
 * @param inode unsigned
 * @param md5 32 hex digits, of the content with these facts; null where it isn't known yet
 * @param columns what a list says of the file, as JSON object of a manifest's fields; or null
 * @param reason why it was skipped, else null
 * @param detail of the reason, or null
 */
public record SnapshotEntry(
    Kind kind,
    String path,
    long size,
    BigInteger modifiedAtNanos,
    BigInteger changedAtNanos,
    long linkCount,
    long inode,
    @Nullable String md5,
    @Nullable String columns,
    @Nullable SkipReason reason,
    @Nullable String detail) {
  static final RecordCodec<SnapshotEntry> CODEC = RecordCodec.of(SnapshotEntry.class);

  /** What becomes of an entry. */
  public enum Kind {
    /** A regular file. */
    FILE,
    /** A directory that has not been read yet. */
    DIRECTORY,
    /** Neither. */
    SKIPPED
  }

  /** Whether another entry saw the same file, unchanged, as far as the facts tell. */
  boolean hasFactsOf(SnapshotEntry other) {
    return size == other.size
        && inode == other.inode
        && modifiedAtNanos.equals(other.modifiedAtNanos)
        && changedAtNanos.equals(other.changedAtNanos);
  }

  /** Returns a regular file without its MD5; one that is too large for S3 as skipped. */
  static SnapshotEntry file(String path, FileFacts facts) {
    if (facts.size() > PartPlan.MOST_OBJECT_BYTES) {
      return skipped(path, SkipReason.TOO_LARGE, facts.size() + " bytes");
    }
    return new SnapshotEntry(
        Kind.FILE,
        path,
        facts.size(),
        facts.modifiedAtNanos(),
        facts.changedAtNanos(),
        facts.linkCount(),
        facts.inode(),
        null,
        null,
        null,
        null);
  }

  static SnapshotEntry directory(String path) {
    return withoutFile(Kind.DIRECTORY, path, null, null);
  }

  static SnapshotEntry skipped(String path, SkipReason reason, @Nullable String detail) {
    return withoutFile(Kind.SKIPPED, path, reason, detail);
  }

  private static SnapshotEntry withoutFile(
      Kind kind, String path, @Nullable SkipReason reason, @Nullable String detail) {
    return new SnapshotEntry(
        kind, path, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, null, null, reason, detail);
  }

  /** Returns the file with its MD5, in 32 hex digits, or without one. */
  SnapshotEntry withMd5(@Nullable String found) {
    return with(found, columns);
  }

  /** Returns the file with what a list says of it. */
  SnapshotEntry withColumns(@Nullable String listed) {
    return with(md5, listed);
  }

  private SnapshotEntry with(@Nullable String newMd5, @Nullable String newColumns) {
    return new SnapshotEntry(
        kind,
        path,
        size,
        modifiedAtNanos,
        changedAtNanos,
        linkCount,
        inode,
        newMd5,
        newColumns,
        reason,
        detail);
  }
}
