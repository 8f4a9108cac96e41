package org.assetstager.verify;

import java.math.BigInteger;
import org.assetstager.files.FileFacts;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a row's file when the job last looked, as {@code stat(2)} returned them: all or
 * none.
 *
 * @param size bytes
 * @param modifiedAtNanos modification time, nanoseconds since the epoch
 * @param changedAtNanos change time, nanoseconds since the epoch
 * @param inode unsigned
 * @param linkCount hard links
 * @param mode type and permissions
 * @param userId of the owner
 * @param groupId of the owning group
 */
public record SeenFacts(
    @Nullable Long size,
    @Nullable BigInteger modifiedAtNanos,
    @Nullable BigInteger changedAtNanos,
    @Nullable Long inode,
    @Nullable Long linkCount,
    @Nullable Integer mode,
    @Nullable Long userId,
    @Nullable Long groupId) {
  /** Of a file that wasn't found, or not looked at. */
  public static final SeenFacts NONE =
      new SeenFacts(null, null, null, null, null, null, null, null);

  public static SeenFacts of(FileFacts facts) {
    return new SeenFacts(
        facts.size(),
        facts.modifiedAtNanos(),
        facts.changedAtNanos(),
        facts.inode(),
        facts.linkCount(),
        facts.mode(),
        facts.userId(),
        facts.groupId());
  }
}
