package org.assetstager.audit;

import java.io.Serializable;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * The result of an audit for one content; the columns of its Parquet files are the components in
 * snake case.
 *
 * @param topHash the namespace, as the ledger says
 * @param md5 as the ledger says: 32 lower-case hex digits, unless the ledger is damaged
 * @param size bytes, as the ledger says
 * @param foundIn {@code staging} or {@code remote}; null where no object was found
 * @param foundSize bytes of the object, or null
 * @param etag of the object, without quotes, or null
 * @param proof of the object's hash; null where it isn't there or has another size
 * @param problem null where the ledger's claim holds
 * @param error in words, or null
 * @param rows how many rows of the ledger claim the content
 * @param exampleRoot root of one of these rows
 * @param examplePath path of that row
 */
public record AuditedContent(
    @Nullable String topHash,
    @Nullable String md5,
    @Nullable Long size,
    @Nullable String foundIn,
    @Nullable Long foundSize,
    @Nullable String etag,
    @Nullable AuditProof proof,
    @Nullable AuditProblem problem,
    @Nullable String error,
    long rows,
    @Nullable String exampleRoot,
    @Nullable String examplePath)
    implements Serializable {
  static final RecordCodec<AuditedContent> CODEC = RecordCodec.of(AuditedContent.class);

  /** Returns the key of {@link ClaimRow} that brings it together with rows that claim it. */
  byte[] key() {
    return ClaimRow.key(topHash, md5, size, ClaimRow.SEEN);
  }

  /** Whether an object was shown to have these bytes. */
  boolean isProved() {
    return problem == null && proof != AuditProof.SIZE_ONLY;
  }

  /** No object was found. */
  static AuditedContent notFound(
      ClaimedContent claim, AuditProblem problem, @Nullable String error) {
    return of(claim, null, null, null, null, problem, error);
  }

  static AuditedContent found(
      ClaimedContent claim,
      String foundIn,
      long foundSize,
      @Nullable String etag,
      @Nullable AuditProof proof) {
    AuditProblem problem =
        proof == null
            ? AuditProblem.WRONG_SIZE
            : proof == AuditProof.CONTRADICTED ? AuditProblem.WRONG_HASH : null;
    return of(claim, foundIn, foundSize, etag, proof, problem, null);
  }

  private static AuditedContent of(
      ClaimedContent claim,
      @Nullable String foundIn,
      @Nullable Long foundSize,
      @Nullable String etag,
      @Nullable AuditProof proof,
      @Nullable AuditProblem problem,
      @Nullable String error) {
    return new AuditedContent(
        claim.topHash(),
        claim.md5(),
        claim.size(),
        foundIn,
        foundSize,
        etag,
        proof,
        problem,
        error,
        claim.rows(),
        claim.exampleRoot(),
        claim.examplePath());
  }
}
