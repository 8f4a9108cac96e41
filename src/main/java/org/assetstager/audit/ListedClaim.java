package org.assetstager.audit;

import java.util.Map;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.KnownContent;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.s3.Side;
import org.jspecify.annotations.Nullable;

/**
 * A claim, and what the listings have under the content's key.
 *
 * @param remote null where it was not found in the remote
 * @param staging null where it was not found in staging
 */
public record ListedClaim(
    ClaimedContent claim, @Nullable KnownContent remote, @Nullable KnownContent staging) {
  /**
   * Returns what the listings prove: that the claim holds. Null where they don't, and the buckets
   * have to be asked: a listing doesn't tell of SSE-KMS and SSE-C, and it is older than an answer.
   */
  @Nullable AuditedContent proved() {
    boolean inRemote = staging == null || (claim.inRemote() && remote != null);
    return proved(inRemote ? Side.REMOTE : Side.STAGING);
  }

  /** As {@link #proved()}, of an object that is where a content is wanted. */
  @Nullable AuditedContent proved(HeldIn wanted) {
    for (Side side : wanted.sides()) {
      AuditedContent proved = proved(side);
      if (proved != null) {
        return proved;
      }
    }
    return null;
  }

  private @Nullable AuditedContent proved(Side side) {
    KnownContent object = side == Side.REMOTE ? remote : staging;
    AuditProof proof = object == null ? null : proof(object);
    return object == null || proof == null
        ? null
        : AuditedContent.found(claim, side.settingsName(), object.size(), object.etag(), proof);
  }

  /** Returns the same for who doesn't believe the ETag in the ledger. */
  public ListedClaim withoutRecordedEtag() {
    return new ListedClaim(claim.withoutRecordedEtag(), remote, staging);
  }

  /** Whether the listing of the remote proves that it holds the content. */
  public boolean isProvedInRemote() {
    return remote != null && proof(remote) != null;
  }

  /** Returns what proves that an object is the content; null where the listing doesn't. */
  private @Nullable AuditProof proof(KnownContent object) {
    Long size = claim.size();
    if (size == null || object.size() != size) {
      return null;
    }
    AuditProof proof =
        AuditProof.of(
            new ObjectFacts(object.size(), object.etag(), Map.of(), object.etagIsNoMd5(), null),
            Md5.parse(object.md5()),
            claim.recordedEtag());
    return proof == AuditProof.ETAG || proof == AuditProof.RECORDED_ETAG ? proof : null;
  }
}
