package org.assetstager.verify;

import java.io.IOException;
import java.nio.file.Path;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.assetstager.files.UnixTime;
import org.assetstager.manifest.ManifestRow;
import org.jspecify.annotations.Nullable;

/** Makes manifest rows of files as they are now. */
final class Rows {
  private Rows() {}

  /** Returns the row of an object added now, with times in nanoseconds. */
  static ManifestRow added(AssetRoot root, String path, @Nullable String md5) throws IOException {
    return added(root, path, UnixFiles.facts(root.realPath().resolve(path)), md5);
  }

  /** Returns the row of an object whose file had these facts, with times in nanoseconds. */
  static ManifestRow added(AssetRoot root, String path, FileFacts facts, @Nullable String md5) {
    return row(root.path(), path, null, null, facts, true, md5);
  }

  /** Returns the row of an object whose file had these facts, with times as Python gives them. */
  static ManifestRow addedByPython(Path root, FileFacts facts, @Nullable String md5) {
    return row(root, "path", null, null, facts, false, md5);
  }

  /** Returns the row of an added object without a file. */
  static ManifestRow missing(AssetRoot root, String path) {
    UnixTime time = new UnixTime(1, 1);
    FileFacts facts = new FileFacts(1, time, time, 1, 1, 1, 0100644, 1000, 100);
    return added(root, path, facts, null);
  }

  static ManifestRow faulty(String fault, boolean unrepresentable) {
    return new ManifestRow(
        "manifest",
        7,
        fault,
        unrepresentable,
        null,
        false,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  static ManifestRow notAdded(String reason) {
    return row(Path.of("/nowhere"), "path", reason, null, null, true, null);
  }

  /** Returns the same row with content that comes from elsewhere. */
  static ManifestRow sourced(ManifestRow row) {
    return copy(row, row.manifestPosition(), true);
  }

  /** Returns the same row at another place of the manifest. */
  static ManifestRow at(ManifestRow row, long position) {
    return copy(row, position, row.sourced());
  }

  private static ManifestRow copy(ManifestRow row, long position, boolean sourced) {
    return new ManifestRow(
        row.manifestFile(),
        position,
        null,
        false,
        null,
        sourced,
        row.topHash(),
        row.root(),
        row.path(),
        row.state(),
        row.storedSize(),
        row.storedMtimeNanos(),
        row.storedCtimeNanos(),
        row.storedMtimeSeconds(),
        row.storedCtimeSeconds(),
        row.storedLinkCount(),
        row.storedInode(),
        row.storedMd5(),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static ManifestRow row(
      Path root,
      String path,
      @Nullable String notAddedReason,
      @Nullable String fault,
      @Nullable FileFacts facts,
      boolean nanos,
      @Nullable String md5) {
    boolean exact = facts != null && nanos;
    boolean python = facts != null && !nanos;
    return new ManifestRow(
        "manifest",
        7,
        fault,
        false,
        notAddedReason,
        false,
        "hash",
        root.toString(),
        path,
        "pending",
        facts == null ? null : facts.size(),
        exact ? facts.modifiedAtNanos() : null,
        exact ? facts.changedAtNanos() : null,
        python ? facts.modified().toPythonSeconds() : null,
        python ? facts.changed().toPythonSeconds() : null,
        facts == null ? null : facts.linkCount(),
        facts == null ? null : facts.inode(),
        md5,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
