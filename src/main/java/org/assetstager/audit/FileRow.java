package org.assetstager.audit;

import com.google.common.base.Splitter;
import java.math.BigInteger;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerFacts;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.SeenFacts;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a row of a ledger to tell whether its file is safe to delete, some columns of
 * {@link org.assetstager.ledger.LedgerRow}. Anyone who may write to the ledger's folder can have
 * altered it, so nothing in it is sure.
 */
record FileRow(
    @Nullable String topHash,
    @Nullable String root,
    @Nullable String path,
    @Nullable Long size,
    @Nullable String md5,
    Outcome outcome,
    LedgerFacts facts,
    boolean md5Computed) {
  static final RecordCodec<FileRow> CODEC = RecordCodec.of(FileRow.class);

  /** Returns the key that brings the row together with its {@link AuditedContent}. */
  byte[] key() {
    return ClaimRow.key(topHash, md5, size, ClaimRow.CLAIM);
  }

  /** Whether what the row says could be the job's. */
  boolean isWhole() {
    return ClaimRow.content(topHash, md5, size) != null && hasFile();
  }

  /** Whether the row names a file. */
  boolean hasFile() {
    return isFile(root, path);
  }

  /** Whether a root and a path name a file. */
  static boolean isFile(@Nullable String root, @Nullable String path) {
    return root != null && root.startsWith("/") && path != null && isPlain(path);
  }

  /** Whether a path has one form only, so that no other row has the same file by another. */
  private static boolean isPlain(String path) {
    return !path.isEmpty()
        && Splitter.on('/')
            .splitToStream(path)
            .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
  }

  /** Returns all facts of the file as the run saw it last; null where one isn't known. */
  @Nullable SeenFacts seen() {
    Long modified = facts.stMtimeNs();
    Long changed = facts.stCtimeNs();
    Long mode = facts.stMode();
    if (size == null
        || modified == null
        || changed == null
        || facts.stIno() == null
        || facts.stNlink() == null
        || mode == null
        || facts.stUid() == null
        || facts.stGid() == null) {
      return null;
    }
    return new SeenFacts(
        size,
        BigInteger.valueOf(modified),
        BigInteger.valueOf(changed),
        facts.stIno(),
        facts.stNlink(),
        mode.intValue(),
        facts.stUid(),
        facts.stGid());
  }
}
