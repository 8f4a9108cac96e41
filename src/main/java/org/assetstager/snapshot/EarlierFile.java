package org.assetstager.snapshot;

import java.math.BigInteger;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.SeenFacts;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier manifest or ledger says of a file.
 *
 * @param size bytes
 * @param modifiedAtNanos {@code st_mtime_ns}
 * @param changedAtNanos {@code st_ctime_ns}
 * @param inode unsigned
 * @param md5 of the content with these facts; null where what others say of it is in doubt
 */
record EarlierFile(
    long size,
    BigInteger modifiedAtNanos,
    BigInteger changedAtNanos,
    long inode,
    @Nullable String md5) {
  static final RecordCodec<EarlierFile> CODEC = RecordCodec.of(EarlierFile.class);

  /**
   * Some columns of a row of a ledger.
   *
   * @param stMtimeNs null, as the other facts, where no file was found, or no long has room for it
   */
  record LedgerRow(
      @Nullable String root,
      @Nullable String path,
      @Nullable Long size,
      @Nullable String md5,
      Outcome outcome,
      boolean dryRun,
      @Nullable Long stMtimeNs,
      @Nullable Long stCtimeNs,
      @Nullable Long stIno,
      boolean md5Computed) {
    static final RecordCodec<LedgerRow> CODEC = RecordCodec.of(LedgerRow.class);
  }

  /**
   * Returns what a row of a manifest says; null where it doesn't say enough.
   *
   * @param readAfterMillis as {@link SeenFacts#showLaterWrites} has it
   */
  static @Nullable EarlierFile of(ManifestRow row, long readAfterMillis) {
    Long size = row.storedSize();
    BigInteger modified = row.storedMtimeNanos();
    BigInteger changed = row.storedCtimeNanos();
    Long inode = row.storedInode();
    String md5 = row.storedMd5();
    // Seconds are too coarse to tell that a file is unchanged.
    return !row.added()
            || size == null
            || modified == null
            || changed == null
            || inode == null
            || md5 == null
        ? null
        : new EarlierFile(
            size,
            modified,
            changed,
            inode,
            SeenFacts.showLaterWrites(modified, changed, readAfterMillis) ? md5 : null);
  }

  /**
   * Returns what a row of a ledger says; null where it doesn't say enough.
   *
   * <pre>
   * outcome                                | md5_computed | MD5
   * ---------------------------------------+--------------+-----------------------------------
   * STAGED, DUPLICATE, KNOWN_*, CONFLICT   | true         | that of the file
   * STAGED, DUPLICATE, KNOWN_*, CONFLICT   | false        | the manifest's: no word
   * MODIFIED                               | any          | another than the manifest's: doubt
   * all others, and all rows of a dry run  | any          | may be the manifest's: no word
   * </pre>
   *
   * @param readAfterMillis as {@link SeenFacts#showLaterWrites} has it
   */
  static @Nullable EarlierFile of(LedgerRow row, long readAfterMillis) {
    Long size = row.size();
    BigInteger modified = nanos(row.stMtimeNs());
    BigInteger changed = nanos(row.stCtimeNs());
    Long inode = row.stIno();
    if (size == null || modified == null || changed == null || inode == null || row.dryRun()) {
      return null;
    }
    String md5 = isComputed(row) ? validMd5(row.md5()) : null;
    if (md5 == null && row.outcome() != Outcome.MODIFIED) {
      return null;
    }
    boolean holds = SeenFacts.showLaterWrites(modified, changed, readAfterMillis);
    return new EarlierFile(size, modified, changed, inode, holds ? md5 : null);
  }

  private static @Nullable BigInteger nanos(@Nullable Long nanos) {
    return nanos == null ? null : BigInteger.valueOf(nanos);
  }

  private static boolean isComputed(LedgerRow row) {
    return switch (row.outcome()) {
      case STAGED, DUPLICATE, KNOWN_REMOTE, KNOWN_STAGING, CONFLICT -> row.md5Computed();
      default -> false;
    };
  }

  /** Anyone who may write to a ledger's folder can have altered it. */
  private static @Nullable String validMd5(@Nullable String md5) {
    try {
      return md5 == null ? null : Md5.parse(md5).toHex();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether a file is as it was. */
  boolean isStill(SnapshotEntry now) {
    return size == now.size()
        && inode == now.inode()
        && modifiedAtNanos.equals(now.modifiedAtNanos())
        && changedAtNanos.equals(now.changedAtNanos());
  }
}
