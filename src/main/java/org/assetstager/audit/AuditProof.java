package org.assetstager.audit;

import java.util.List;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.catalog.StagingProof;
import org.jspecify.annotations.Nullable;

/**
 * How an object of the right size was shown to have the right bytes, or not; what ETags that are
 * MD5s prove is said in {@link StagingProof}. A listing doesn't tell of SSE-KMS, an answer does.
 *
 * <pre>
 * ETag                                    under SSE-KMS   otherwise
 * the MD5, or that of one part of it      (rows below)    ETAG
 * the one that the ledger recorded        RECORDED_ETAG   RECORDED_ETAG
 * of one part, with another MD5           SIZE_ONLY       CONTRADICTED
 * of several parts, of no form, missing   SIZE_ONLY       SIZE_ONLY
 * </pre>
 */
public enum AuditProof {
  /** All its bytes were read back and hashed. */
  READ_BACK,
  /** The store computed its ETag from these bytes. */
  ETAG,
  /**
   * Its ETag is the one that it had when the run proved it, as the ledger says. That needs no MD5
   * in the ETag, so it holds under SSE-KMS too: an ETag changes with the bytes ("Object" in the
   * Amazon S3 API Reference). It is worth as much as the ledger.
   */
  RECORDED_ETAG,
  /** Its hash was not proved. */
  SIZE_ONLY,
  /** Its ETag, or its bytes, tell of another hash. */
  CONTRADICTED;

  /**
   * Judges an object without reading it.
   *
   * @param recordedEtag that the run proved, or null where it proved none
   */
  public static AuditProof of(ObjectFacts object, Md5 md5, @Nullable String recordedEtag) {
    String etag = object.etag();
    boolean proves =
        StagingProof.isSinglePartEtagOf(etag, md5)
            || StagingProof.isMultipartEtagOf(etag, List.of(md5));
    if (proves && !object.kms()) {
      return ETAG;
    }
    if (etag != null && etag.equals(recordedEtag)) {
      return RECORDED_ETAG;
    }
    return isOfOnePart(etag) && !object.kms() ? CONTRADICTED : SIZE_ONLY;
  }

  private static boolean isOfOnePart(@Nullable String etag) {
    return etag != null && etag.matches("[0-9a-f]{32}(-1)?");
  }
}
