package org.assetstager.testing;

import java.math.BigInteger;
import java.util.stream.Stream;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerFacts;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.Remedy;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.verify.SeenFacts;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/** Rows to test with: all of {@link #FILE}, told apart by their positions. */
public final class SampleRows {
  /** The manifest of the rows. */
  public static final String FILE = "file:/manifests/m.jsonl";

  private SampleRows() {}

  /** Returns 32 hex digits. */
  public static String md5(int content) {
    return new Md5(-content, content).toHex();
  }

  /** Returns the row of an added object of five bytes. */
  public static ManifestRow added(long position, String root, String path) {
    return new ManifestRow(
        FILE,
        position,
        null,
        false,
        null,
        false,
        "top",
        root,
        path,
        "pending",
        5L,
        BigInteger.valueOf(1_000_000_001),
        BigInteger.valueOf(2_000_000_002),
        null,
        null,
        1L,
        77L,
        null,
        "class",
        "asset",
        "s3:content",
        "text/plain",
        "me",
        "today");
  }

  /** Returns a bad row, which names a file. */
  public static ManifestRow bad(long position, String fault, boolean unrepresentable) {
    ManifestRow row = added(position, "/r", "p");
    return new ManifestRow(
        FILE,
        position,
        fault,
        unrepresentable,
        null,
        false,
        row.topHash(),
        row.root(),
        row.path(),
        row.state(),
        row.storedSize(),
        row.storedMtimeNanos(),
        row.storedCtimeNanos(),
        null,
        null,
        row.storedLinkCount(),
        row.storedInode(),
        null,
        row.classId(),
        row.asset(),
        row.contentId(),
        row.mimeType(),
        row.createdBy(),
        row.createdAt());
  }

  /** Returns a row whose file has the content that was added. */
  public static VerifiedRow unchanged(long position, String topHash, String md5, long size) {
    ManifestRow row = added(position, "/r", "path-" + position);
    return new VerifiedRow(
        new ManifestRow(
            FILE,
            position,
            null,
            false,
            null,
            false,
            topHash,
            row.root(),
            row.path(),
            row.state(),
            size,
            BigInteger.ONE,
            BigInteger.ONE,
            null,
            null,
            1L,
            77L,
            null,
            row.classId(),
            row.asset(),
            row.contentId(),
            row.mimeType(),
            row.createdBy(),
            row.createdAt()),
        Verdict.UNCHANGED,
        null,
        null,
        new SeenFacts(
            size,
            BigInteger.valueOf(100 + position),
            BigInteger.valueOf(9),
            200 + position,
            1L,
            0100644,
            1000L,
            100L),
        md5,
        true,
        null,
        null,
        null,
        1_000);
  }

  /** Returns a row that verification found something wrong with, or left alone. */
  public static VerifiedRow other(long position, Verdict verdict) {
    return new VerifiedRow(
        added(position, "/r", "path-" + position),
        verdict,
        "detail",
        verdict == Verdict.UNREADABLE ? "EACCES" : null,
        SeenFacts.NONE,
        null,
        false,
        null,
        null,
        verdict == Verdict.RENAMED ? "new" : null,
        1_000);
  }

  /** Returns a row of the ledger of a run named "run1", of which nothing is in S3. */
  public static LedgerRow ledgerRow(
      Outcome outcome,
      String file,
      long position,
      @Nullable String asset,
      @Nullable String root,
      @Nullable String path,
      @Nullable Long size,
      @Nullable String detail,
      @Nullable String remedy,
      @Nullable String createdBy) {
    return new LedgerRow(
        "run1",
        file,
        position,
        "top",
        null,
        asset,
        root,
        path,
        size,
        null,
        null,
        null,
        "MODIFIED",
        detail,
        outcome,
        "pending",
        null,
        null,
        null,
        0,
        null,
        remedy,
        null,
        null,
        1L,
        null,
        null,
        createdBy,
        null,
        false,
        LedgerFacts.NONE,
        codeOf(remedy),
        false);
  }

  private static @Nullable String codeOf(@Nullable String remedy) {
    return Stream.of(Remedy.values())
        .filter(known -> remedy != null && remedy.startsWith(known.words()))
        .map(Remedy::code)
        .findAny()
        .orElse(null);
  }
}
