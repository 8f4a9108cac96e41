package org.assetstager.files;

import java.math.BigInteger;

/**
 * The facts of a file, from {@code stat(2)}, bit for bit: Java's own {@link
 * java.nio.file.attribute.FileTime} has microseconds only beyond the year 2262.
 *
 * @param size bytes
 * @param modified {@code st_mtime}: when the content was last written
 * @param changed {@code st_ctime}: when content or metadata was last changed
 * @param linkCount hard links ({@code st_nlink})
 * @param inode {@code st_ino}, unsigned
 * @param device {@code st_dev}; comparable on one host only
 * @param mode {@code st_mode}: type and permissions
 * @param userId {@code st_uid}
 * @param groupId {@code st_gid}
 */
public record FileFacts(
    long size,
    UnixTime modified,
    UnixTime changed,
    long linkCount,
    long inode,
    long device,
    int mode,
    long userId,
    long groupId) {

  // File types in st_mode, inode(7).
  private static final int TYPE_MASK = 0170000;
  private static final int REGULAR_FILE = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int SYMBOLIC_LINK = 0120000;

  /** Returns {@link #modified} in nanoseconds since the epoch. */
  public BigInteger modifiedAtNanos() {
    return modified.toNanos();
  }

  /** Returns {@link #changed} in nanoseconds since the epoch. */
  public BigInteger changedAtNanos() {
    return changed.toNanos();
  }

  public boolean isRegularFile() {
    return type() == REGULAR_FILE;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isSymbolicLink() {
    return type() == SYMBOLIC_LINK;
  }

  /** Returns what kind of file this is, in words with their article. */
  public String kind() {
    return switch (type()) {
      case REGULAR_FILE -> "a regular file";
      case DIRECTORY -> "a directory";
      case SYMBOLIC_LINK -> "a symbolic link";
      case 0010000 -> "a FIFO";
      case 0140000 -> "a socket";
      case 0020000, 0060000 -> "a device";
      default -> "of unknown type";
    };
  }

  private int type() {
    return mode & TYPE_MASK;
  }

  /**
   * Whether both are of the same file with the same content, as far as {@code stat} can tell: same
   * inode and device, size and modification time.
   */
  public boolean sameContent(FileFacts other) {
    return inode == other.inode
        && device == other.device
        && size == other.size
        && modified.equals(other.modified);
  }
}
