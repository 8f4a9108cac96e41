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

  /** File systems' clocks tick this slowly, and may differ this much from those of hosts. */
  private static final long TICK_MILLIS = 2_000;

  private static final BigInteger NANOS_OF_MILLI = BigInteger.valueOf(1_000_000);

  /**
   * Whether each write that comes after a file was read alters its times. A write within one tick
   * of the file system's clock leaves them as they are, so both have to be older than the reading
   * (as in "racy-git" of Git's technical documentation).
   *
   * @param readAfterMillis milliseconds since the epoch; the file was read after this moment
   */
  public static boolean showLaterWrites(
      BigInteger modifiedAtNanos, BigInteger changedAtNanos, long readAfterMillis) {
    BigInteger tickBefore =
        BigInteger.valueOf(readAfterMillis - TICK_MILLIS).multiply(NANOS_OF_MILLI);
    return modifiedAtNanos.max(changedAtNanos).compareTo(tickBefore) < 0;
  }

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
