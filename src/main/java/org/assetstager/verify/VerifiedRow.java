package org.assetstager.verify;

import org.assetstager.manifest.ManifestRow;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * A manifest row and what verification found.
 *
 * @param row the manifest row
 * @param detail in words or a code such as {@code METADATA_ONLY}; null where there is nothing to
 *     add
 * @param error the system's error of an unreadable file, or null
 * @param seen the facts of the file as found; {@link SeenFacts#NONE} where none was found
 * @param md5 32 lower-case hex digits: computed, or the stored one where digests are trusted; never
 *     null for {@link Verdict#UNCHANGED}, but for a {@link Candidate} that claims none
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
    SeenFacts seen,
    @Nullable String md5,
    boolean digested,
    @Nullable Long partSize,
    @Nullable String partMd5s,
    @Nullable String renamedTo,
    long verifiedAtMillis) {
  public static final RecordCodec<VerifiedRow> CODEC = RecordCodec.of(VerifiedRow.class);

  /** Returns the bytes of the file as found; null where none was found. */
  public @Nullable Long size() {
    return seen.size();
  }

  /** Returns a missing row as one whose file was found at another path. */
  VerifiedRow renamed(String newPath) {
    return missing(Verdict.RENAMED, detail, newPath);
  }

  /** Returns a missing row with more to know of why no file was found. */
  VerifiedRow withDetail(String text) {
    return missing(verdict, text, renamedTo);
  }

  private VerifiedRow missing(Verdict found, @Nullable String text, @Nullable String newPath) {
    return new VerifiedRow(
        row,
        found,
        text,
        error,
        seen,
        md5,
        digested,
        partSize,
        partMd5s,
        newPath,
        verifiedAtMillis);
  }
}
