package org.assetstager.verify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assetstager.asset.Md5;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixTime;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.VerifySettings.Policy;
import org.jspecify.annotations.Nullable;

/**
 * Compares the facts that were stored when an object was added with those of the file as found, and
 * decides what the differences mean. The facts are size, modification time, change time, hard links
 * and inode.
 *
 * <pre>
 * facts that differ | policy  | stored MD5 | before reading | read: equal to the stored | read: another | read: none stored
 * ------------------+---------+------------+----------------+---------------------------+---------------+------------------
 * size              | any     | any        | MODIFIED       |                           |               |
 * only others       | strict  | any        | MODIFIED       |                           |               |
 * only others       | content | absent     | MODIFIED       |                           |               |
 * only others       | content | present    | read           | UNCHANGED METADATA_ONLY   | MODIFIED      |
 * none              | any     | any        | read           | UNCHANGED                 | MODIFIED      | UNCHANGED
 * </pre>
 *
 * @param storedMd5 the MD5 that the row claims, stored or computed in this run; null for none
 * @param differences the facts that differ, each in words
 */
record MetadataCheck(@Nullable String storedMd5, boolean sizeDiffers, List<String> differences) {
  /** Begins the detail of a file whose content is unchanged though facts differ. */
  static final String METADATA_ONLY = "METADATA_ONLY";

  /** A verdict, and what a person should know of it. */
  record Finding(Verdict verdict, @Nullable String detail) {}

  /**
   * Compares.
   *
   * @param row of an added object
   * @throws IllegalStateException if the row lacks a stored fact
   */
  static MetadataCheck of(ManifestRow row, FileFacts found) {
    return of(row, row.storedMd5(), found);
  }

  /**
   * As {@link #of(ManifestRow, FileFacts)}, of a row that claims an MD5.
   *
   * @param claimedMd5 in place of the row's: stored, or computed in this run; null for none
   */
  static MetadataCheck of(ManifestRow row, @Nullable String claimedMd5, FileFacts found) {
    long size = stored(row, row.storedSize(), "st_size");
    long linkCount = stored(row, row.storedLinkCount(), "st_nlink");
    long inode = stored(row, row.storedInode(), "st_ino");
    StoredTime modified = storedModified(row);
    StoredTime changed = storedChanged(row);
    List<String> differences = new ArrayList<>();
    if (size != found.size()) {
      differences.add("size " + size + " bytes, now " + found.size());
    }
    if (!modified.isSame(found.modified())) {
      differences.add(modified.difference("modification time", found.modified()));
    }
    if (!changed.isSame(found.changed())) {
      differences.add(changed.difference("change time", found.changed()));
    }
    if (linkCount != found.linkCount()) {
      differences.add("hard links " + linkCount + ", now " + found.linkCount());
    }
    if (inode != found.inode()) {
      String now = Long.toUnsignedString(found.inode());
      differences.add("inode " + Long.toUnsignedString(inode) + ", now " + now);
    }
    return new MetadataCheck(claimedMd5, size != found.size(), differences);
  }

  /**
   * Whether a file is the one that a row was about, as far as facts that a rename keeps can tell:
   * inode, hard links, size and modification time.
   */
  static boolean isRenamed(ManifestRow row, FileFacts found) {
    return stored(row, row.storedInode(), "st_ino") == found.inode()
        && stored(row, row.storedLinkCount(), "st_nlink") == found.linkCount()
        && stored(row, row.storedSize(), "st_size") == found.size()
        && storedModified(row).isSame(found.modified());
  }

  /** Returns that the file is modified, where it needs no reading to tell; else empty. */
  Optional<Finding> beforeReading(Policy policy) {
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    if (sizeDiffers || policy == Policy.STRICT) {
      return Optional.of(modified(inWords()));
    }
    return storedMd5 == null
        ? Optional.of(modified(inWords() + "; the manifest has no MD5 to compare the content with"))
        : Optional.empty();
  }

  /** Returns the finding for a file that had to be read. */
  Finding afterReading(Md5 computed) {
    if (storedMd5 != null && !storedMd5.equals(computed.toHex())) {
      String content = "MD5 " + storedMd5 + ", now " + computed;
      return modified(differences.isEmpty() ? content : content + "; " + inWords());
    }
    return new Finding(
        Verdict.UNCHANGED, differences.isEmpty() ? null : METADATA_ONLY + ": " + inWords());
  }

  private static Finding modified(String detail) {
    return new Finding(Verdict.MODIFIED, detail);
  }

  /** Returns which facts differ, in words; null where none does. */
  @Nullable String detail() {
    return differences.isEmpty() ? null : inWords();
  }

  private String inWords() {
    return String.join("; ", differences);
  }

  private static StoredTime storedModified(ManifestRow row) {
    BigInteger nanos = row.storedMtimeNanos();
    return nanos != null
        ? new StoredTime(nanos, null)
        : new StoredTime(null, stored(row, row.storedMtimeSeconds(), "st_mtime"));
  }

  private static StoredTime storedChanged(ManifestRow row) {
    BigInteger nanos = row.storedCtimeNanos();
    return nanos != null
        ? new StoredTime(nanos, null)
        : new StoredTime(null, stored(row, row.storedCtimeSeconds(), "st_ctime"));
  }

  private static <T> T stored(ManifestRow row, @Nullable T value, String name) {
    if (value == null) {
      throw new IllegalStateException(
          "Row " + row.manifestPosition() + " of " + row.manifestFile() + " has no " + name);
    }
    return value;
  }

  /** A time in the form that the manifest has: nanoseconds, or seconds as Python gives them. */
  private record StoredTime(@Nullable BigInteger nanos, @Nullable Double pythonSeconds) {
    boolean isSame(UnixTime found) {
      return nanos != null
          ? nanos.equals(found.toNanos())
          : pythonSeconds != null && pythonSeconds == found.toPythonSeconds();
    }

    String difference(String name, UnixTime found) {
      if (nanos != null) {
        String now = UnixTime.nanosToString(found.toNanos());
        return name + " " + UnixTime.nanosToString(nanos) + ", now " + now;
      }
      String now = UnixTime.pythonSecondsToString(found.toPythonSeconds());
      double then = Objects.requireNonNull(pythonSeconds);
      return name + " " + UnixTime.pythonSecondsToString(then) + ", now " + now;
    }
  }
}
