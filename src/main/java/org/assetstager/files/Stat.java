package org.assetstager.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * What {@code stat(2)} tells of a file, bit for bit: Java's own {@link
 * java.nio.file.attribute.FileTime} has microseconds only beyond the year 2262.
 *
 * @param size bytes
 * @param modifiedSeconds {@code st_mtim.tv_sec}: since the epoch, negative before it
 * @param modifiedNanos {@code st_mtim.tv_nsec}: 0 to 999,999,999
 * @param changedSeconds {@code st_ctim.tv_sec}
 * @param changedNanos {@code st_ctim.tv_nsec}
 * @param linkCount hard links
 * @param inode unsigned
 * @param device comparable on one host only
 * @param mode type and permissions
 * @param userId of the owner
 * @param groupId of the owning group
 */
public record Stat(
    long size,
    long modifiedSeconds,
    int modifiedNanos,
    long changedSeconds,
    int changedNanos,
    long linkCount,
    long inode,
    long device,
    int mode,
    long userId,
    long groupId) {
  /**
   * Looks at what is at a path, by {@code stat(2)}, or {@code lstat(2)} with {@link
   * LinkOption#NOFOLLOW_LINKS}.
   *
   * @throws IOException the system's error
   */
  public static Stat of(Path path, LinkOption... options) throws IOException {
    return UnixCalls.get().stat(Files.readAttributes(path, PosixFileAttributes.class, options));
  }
}
