package org.assetstager.audit;

import java.util.List;
import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ObjectDigest;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a bucket still holds a content: the bucket in the ledger, else the other one,
 * because a server may have moved it; or the buckets where it is wanted. Safe for many threads.
 */
final class ContentAuditor {
  private final Place staging;
  private final Place remote;
  private final AuditScope scope;

  private record Place(String name, String prefix, BucketReader bucket) {
    static Place of(Side side, BucketSettings bucket, Settings settings) {
      return new Place(side.settingsName(), bucket.prefix(), BucketReader.of(side, settings));
    }
  }

  /**
   * Audits by this JVM's connections.
   *
   * @param scope says what is looked at and read, and for how long
   */
  ContentAuditor(Settings settings, AuditScope scope) {
    this.staging = Place.of(Side.STAGING, settings.staging().bucket(), settings);
    this.remote = Place.of(Side.REMOTE, settings.remote(), settings);
    this.scope = scope;
  }

  /**
   * Audits one content.
   *
   * @throws org.assetstager.asset.JobFailure if no answer can be had for any content
   */
  AuditedContent audit(ClaimedContent claim) {
    TopHash topHash;
    Md5 md5;
    Long size = claim.size();
    try {
      if (claim.topHash() == null || claim.md5() == null || size == null || size < 0) {
        return AuditedContent.notFound(
            claim, AuditProblem.DAMAGED_ROW, "top_hash, md5 or size is missing or negative");
      }
      topHash = new TopHash(claim.topHash());
      md5 = Md5.parse(claim.md5());
    } catch (IllegalArgumentException e) {
      return AuditedContent.notFound(
          claim, AuditProblem.DAMAGED_ROW, String.valueOf(e.getMessage()));
    }
    AuditedContent first = null;
    try {
      for (Place place : places(claim)) {
        String key = new ContentKey(place.prefix(), topHash, md5).toString();
        AuditedContent found = look(place, key, claim, size, md5);
        if (found != null && (scope.wanted() == null || found.isProved())) {
          return found;
        }
        first = first == null ? found : first;
      }
      return first == null ? AuditedContent.notFound(claim, AuditProblem.ABSENT, null) : first;
    } catch (S3Failure e) {
      return AuditedContent.notFound(claim, AuditProblem.NO_ANSWER, String.valueOf(e.getMessage()));
    }
  }

  private List<Place> places(ClaimedContent claim) {
    if (scope.wanted() != null) {
      return scope.wanted().sides().stream()
          .map(side -> side == Side.REMOTE ? remote : staging)
          .toList();
    }
    // Staging first, where the ledger names it: what is moved meanwhile is seen in one of them.
    return claim.inRemote() ? List.of(remote, staging) : List.of(staging, remote);
  }

  /** Returns null where the place has no such object. */
  private @Nullable AuditedContent look(
      Place place, String key, ClaimedContent claim, long size, Md5 md5) throws S3Failure {
    Optional<ObjectFacts> head = place.bucket().head(key);
    if (head.isEmpty()) {
      return null;
    }
    ObjectFacts object = head.get();
    if (object.size() == ObjectFacts.UNKNOWN_SIZE) {
      return AuditedContent.notFound(
          claim,
          AuditProblem.NO_ANSWER,
          "Only who put the object '" + key + "' of " + place.name() + " can read it");
    }
    if (object.size() != size) {
      return AuditedContent.found(claim, place.name(), object.size(), object.etag(), null);
    }
    if (!scope.deep()) {
      AuditProof proof = AuditProof.of(object, md5, claim.recordedEtag());
      return AuditedContent.found(claim, place.name(), size, object.etag(), proof);
    }
    Optional<ObjectDigest> read = place.bucket().hash(key, bytes -> scope.limit().requireTime());
    if (read.isEmpty()) {
      return null;
    }
    ObjectDigest digest = read.get();
    boolean right = digest.md5().equals(md5) && digest.size() == size;
    return AuditedContent.found(
        claim,
        place.name(),
        digest.size(),
        digest.etag(),
        right ? AuditProof.READ_BACK : AuditProof.CONTRADICTED);
  }
}
