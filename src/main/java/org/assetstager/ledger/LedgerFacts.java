package org.assetstager.ledger;

import java.math.BigInteger;
import org.assetstager.verify.SeenFacts;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a row's file as last seen, in the ledger's columns; all null where no file was
 * found.
 *
 * @param stMtimeNs modification time, nanoseconds since the epoch, exact; null too for a time that
 *     no long has room for: before 1677-09-21 or after 2262-04-11
 * @param stCtimeNs change time, as {@code stMtimeNs}
 * @param stIno inode; one of 2^63 or more is the negative number of the same 64 bits
 * @param stNlink hard links
 * @param stMode type and permissions
 * @param stUid of the owner
 * @param stGid of the owning group
 */
public record LedgerFacts(
    @Nullable Long stMtimeNs,
    @Nullable Long stCtimeNs,
    @Nullable Long stIno,
    @Nullable Long stNlink,
    @Nullable Long stMode,
    @Nullable Long stUid,
    @Nullable Long stGid) {
  /** Of a file that wasn't found, or not looked at. */
  public static final LedgerFacts NONE = new LedgerFacts(null, null, null, null, null, null, null);

  private static final int LONG_BITS = 63;

  static LedgerFacts of(SeenFacts seen) {
    Integer mode = seen.mode();
    return new LedgerFacts(
        exact(seen.modifiedAtNanos()),
        exact(seen.changedAtNanos()),
        seen.inode(),
        seen.linkCount(),
        mode == null ? null : mode.longValue(),
        seen.userId(),
        seen.groupId());
  }

  private static @Nullable Long exact(@Nullable BigInteger nanos) {
    return nanos == null || nanos.bitLength() > LONG_BITS ? null : nanos.longValue();
  }
}
