package org.assetstager.verify;

import java.math.BigInteger;
import org.assetstager.manifest.ManifestRow;
import org.jspecify.annotations.Nullable;
import org.assetstager.spark.RecordCodec;

/**
 * A manifest row and what verification found.
 *
 * @param row the manifest row
 * @param detail in words or a code such as {@code METADATA_ONLY}; null where there is nothing to
 *     add
 * @param error the system's error of an unreadable file, or null
 * @param size bytes of the file as found; null where none was found
 * @param modifiedAtNanos modification time as found, nanoseconds since the epoch; null where no
 *     file was found
 * @param inode inode as found, unsigned; null where no file was found
 * @param md5 32 lower-case hex digits: computed, or the stored one where digests are trusted; never
 *     null for {@link Verdict#UNCHANGED}
 * @param digested whether {@code md5} was computed in this run
 * @param partSize size in bytes of the parts that {@code partMd5s} belong to; null where the
 *     content has one part
 * @param partMd5s the MD5s of the parts, 32 hex digits each, in order; null where the content has
 *     one part
 * @param renamedTo the path where the file was found, or null
 * @param verifiedAtMillis milliseconds since the epoch
 */
public record VerifiedRow(
    ManifestRow row,
    Verdict verdict,
    @Nullable String detail,
    @Nullable String error,
    @Nullable Long size,
    @Nullable BigInteger modifiedAtNanos,
    @Nullable Long inode,
    @Nullable String md5,
    boolean digested,
    @Nullable Long partSize,
    @Nullable String partMd5s,
    @Nullable String renamedTo,
    long verifiedAtMillis) {
  /** Turns records into rows and bytes, and back. */
  public static final RecordCodec<VerifiedRow> CODEC = RecordCodec.of(VerifiedRow.class);
}
