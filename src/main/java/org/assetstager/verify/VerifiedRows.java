package org.assetstager.verify;

import org.assetstager.digest.Digest;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.files.FileFacts;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.verify.MetadataCheck.Finding;
import org.jspecify.annotations.Nullable;

/** Makes the rows of what was found. */
final class VerifiedRows {
  private VerifiedRows() {}

  /** Returns the row for one that names no file to look at; null for one that does. */
  static @Nullable VerifiedRow withoutLooking(ManifestRow row) {
    if (row.fault() != null) {
      return row.unrepresentable()
          ? withoutFile(row, Verdict.UNREADABLE, null, row.fault())
          : withoutFile(row, Verdict.INVALID, row.fault(), null);
    }
    return row.notAddedReason() == null
        ? null
        : withoutFile(row, Verdict.NOT_ADDED, row.notAddedReason(), null);
  }

  static VerifiedRow refused(ManifestRow row, FileRefusedException refusal) {
    if (refusal.verdict() == Verdict.UNREADABLE) {
      return withoutFile(row, Verdict.UNREADABLE, null, refusal.getMessage());
    }
    if (refusal.verdict() == Verdict.DELETED && row.sourced()) {
      String detail = "The content comes from elsewhere. " + refusal.getMessage();
      return withoutFile(row, Verdict.NOT_ADDED, detail, null);
    }
    return withoutFile(row, refusal.verdict(), refusal.getMessage(), null);
  }

  /** As {@link #refused}, of a file that the scan has found: nobody has searched for it since. */
  static VerifiedRow refusedSinceScan(ManifestRow row, FileRefusedException refusal) {
    VerifiedRow refused = refused(row, refusal);
    return refused.verdict() == Verdict.DELETED
        ? withoutFile(
            row, Verdict.DELETED, RenameSearch.GONE_SINCE_SCAN + ": " + refused.detail(), null)
        : refused;
  }

  static VerifiedRow modified(ManifestRow row, @Nullable String detail, FileFacts facts) {
    return unread(row, new Finding(Verdict.MODIFIED, detail), facts);
  }

  /** Makes the row for a file that is larger than any object of S3. */
  static VerifiedRow tooLarge(ManifestRow row, FileFacts facts) {
    String error =
        "The file has "
            + facts.size()
            + " bytes, an object of S3 at most "
            + PartPlan.MOST_OBJECT_BYTES;
    return undigested(row, Verdict.UNREADABLE, null, error, SeenFacts.of(facts), null);
  }

  static VerifiedRow withoutFile(
      ManifestRow row, Verdict verdict, @Nullable String detail, @Nullable String error) {
    return undigested(row, verdict, detail, error, SeenFacts.NONE, null);
  }

  /** Makes the row for a file whose MD5 is unknown, or trusted where it is unchanged. */
  static VerifiedRow unread(ManifestRow row, Finding finding, FileFacts facts) {
    return undigested(
        row,
        finding.verdict(),
        finding.detail(),
        null,
        SeenFacts.of(facts),
        finding.verdict() == Verdict.UNCHANGED ? row.storedMd5() : null);
  }

  private static VerifiedRow undigested(
      ManifestRow row,
      Verdict verdict,
      @Nullable String detail,
      @Nullable String error,
      SeenFacts seen,
      @Nullable String md5) {
    long now = System.currentTimeMillis();
    return new VerifiedRow(row, verdict, detail, error, seen, md5, false, null, null, null, now);
  }

  static VerifiedRow read(
      ManifestRow row, Finding finding, FileFacts facts, Digest digest, @Nullable PartPlan parts) {
    Long partSize = null;
    String partMd5s = null;
    if (parts != null && finding.verdict() == Verdict.UNCHANGED) {
      partSize = parts.partSize();
      partMd5s = PartMd5s.join(digest.partMd5s());
    }
    return new VerifiedRow(
        row,
        finding.verdict(),
        finding.detail(),
        null,
        SeenFacts.of(facts),
        digest.md5().toHex(),
        true,
        partSize,
        partMd5s,
        null,
        System.currentTimeMillis());
  }
}
