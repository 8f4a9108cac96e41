package org.assetstager.manifest;

import java.math.BigInteger;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * One row of a manifest: an object with its stored facts, or the faults of the row. It is one flat
 * record, because Spark moves rows of both kinds together.
 *
 * @param manifestFile the manifest's path
 * @param manifestPosition byte offset of the line in the decompressed file, or row index in Parquet
 *     and AMA
 * @param fault what is wrong with the row, or null; a faulty row keeps the fields that could be
 *     read
 * @param unrepresentable whether the fault is a file name that Java can't represent
 * @param notAddedReason why the object needs no staging, or null where it was added by a user
 * @param sourced whether the content comes from elsewhere, so that a missing file is no fault
 *     (AMA's {@code meta.src})
 * @param topHash the storage namespace; valid unless {@code fault}
 * @param root absolute directory, normalised; valid unless {@code fault}
 * @param path relative to the root, normalised; valid unless {@code fault}
 * @param storedSize bytes ({@code st_size})
 * @param storedMtimeNanos nanoseconds since the epoch, exact, or null
 * @param storedCtimeNanos nanoseconds since the epoch, exact, or null
 * @param storedMtimeSeconds as Python's {@code os.stat} gives it, or null where nanoseconds are
 *     there
 * @param storedCtimeSeconds as Python's {@code os.stat} gives it, or null where nanoseconds are
 *     there
 * @param storedLinkCount hard links ({@code st_nlink})
 * @param storedInode unsigned ({@code st_ino})
 * @param storedMd5 32 lower-case hex digits, or null where none is stored
 */
public record ManifestRow(
    String manifestFile,
    long manifestPosition,
    @Nullable String fault,
    boolean unrepresentable,
    @Nullable String notAddedReason,
    boolean sourced,
    @Nullable String topHash,
    @Nullable String root,
    @Nullable String path,
    @Nullable String state,
    @Nullable Long storedSize,
    @Nullable BigInteger storedMtimeNanos,
    @Nullable BigInteger storedCtimeNanos,
    @Nullable Double storedMtimeSeconds,
    @Nullable Double storedCtimeSeconds,
    @Nullable Long storedLinkCount,
    @Nullable Long storedInode,
    @Nullable String storedMd5,
    @Nullable String classId,
    @Nullable String asset,
    @Nullable String contentId,
    @Nullable String mimeType,
    @Nullable String createdBy,
    @Nullable String createdAt) {

  /** Carries it through Spark. */
  public static final RecordCodec<ManifestRow> CODEC = RecordCodec.of(ManifestRow.class);

  /** Whether the row names a file that has to be verified. */
  public boolean added() {
    return fault == null && notAddedReason == null;
  }

  /** Returns how many characters its texts have, together. */
  public long textLength() {
    long length = 0;
    for (String text :
        new String[] {
          manifestFile,
          fault,
          notAddedReason,
          topHash,
          root,
          path,
          state,
          storedMd5,
          classId,
          asset,
          contentId,
          mimeType,
          createdBy,
          createdAt
        }) {
      length += text == null ? 0 : text.length();
    }
    return length;
  }
}
