package org.assetstager.files;

/**
 * The result of {@code stat(2)} for a file, bit for bit: Java's own {@link
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
    long groupId) {}
