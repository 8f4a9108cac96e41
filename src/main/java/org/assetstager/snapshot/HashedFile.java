package org.assetstager.snapshot;

import java.math.BigInteger;
import org.assetstager.asset.Md5;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.FileFacts;
import org.jspecify.annotations.Nullable;

/**
 * A file's facts and MD5, or why it was skipped.
 *
 * @param path relative to the root
 * @param size bytes; this and the other facts are 0 where the file was skipped
 * @param modifiedAtNanos {@code st_mtime_ns}
 * @param changedAtNanos {@code st_ctime_ns}
 * @param linkCount {@code st_nlink}
 * @param inode unsigned
 * @param md5 32 hex digits, or null where the file was skipped
 * @param reason why it was skipped, else null
 * @param detail of the reason, or null
 */
public record HashedFile(
    String path,
    long size,
    BigInteger modifiedAtNanos,
    BigInteger changedAtNanos,
    long linkCount,
    long inode,
    @Nullable String md5,
    @Nullable SkipReason reason,
    @Nullable String detail) {
  static final RecordCodec<HashedFile> CODEC = RecordCodec.of(HashedFile.class);

  static HashedFile of(String path, FileFacts facts, Md5 md5) {
    return new HashedFile(
        path,
        facts.size(),
        facts.modifiedAtNanos(),
        facts.changedAtNanos(),
        facts.linkCount(),
        facts.inode(),
        md5.toHex(),
        null,
        null);
  }

  static HashedFile skipped(String path, SkipReason reason, @Nullable String detail) {
    return new HashedFile(path, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, null, reason, detail);
  }
}
