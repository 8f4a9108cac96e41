package org.assetstager.commit;

import java.util.Optional;
import org.assetstager.asset.Md5;
import org.assetstager.audit.AuditProof;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ObjectDigest;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.s3.S3Failure;
import org.jspecify.annotations.Nullable;

/**
 * Proves that objects are a content: by their ETags, or by reading them back.
 *
 * @param size bytes
 */
record ContentProof(Md5 md5, long size) {
  /**
   * What an object was found to be.
   *
   * @param right whether it is the content
   * @param etag without quotes, or null
   * @param size bytes
   */
  record Found(boolean right, @Nullable String etag, long size) {}

  /**
   * Whether an object's size and ETag prove it to be the content.
   *
   * @param provedEtag of an object that is the content, or null
   */
  boolean byEtag(ObjectFacts object, @Nullable String provedEtag) {
    if (object.size() != size) {
      return false;
    }
    AuditProof proof = AuditProof.of(object, md5, provedEtag);
    return proof == AuditProof.ETAG || proof == AuditProof.RECORDED_ETAG;
  }

  /** Whether the bytes of an object are the content. */
  boolean byBytes(ObjectDigest read) {
    return read.size() == size && read.md5().equals(md5);
  }

  /**
   * Says whether an object is the content, and reads it back where its ETag proves nothing.
   *
   * @param provedEtag of an object that is the content, or null
   * @param etagRefutes whether an ETag that is another plain MD5 proves other bytes
   */
  Found judge(
      BucketReader bucket,
      String key,
      ObjectFacts object,
      @Nullable String provedEtag,
      boolean etagRefutes)
      throws S3Failure {
    if (byEtag(object, provedEtag)) {
      return new Found(true, object.etag(), object.size());
    }
    boolean refuted =
        object.size() != size
            || (etagRefutes && AuditProof.of(object, md5, provedEtag) == AuditProof.CONTRADICTED);
    if (refuted) {
      return new Found(false, object.etag(), object.size());
    }
    ObjectDigest read =
        read(bucket, key).orElse(new ObjectDigest(md5, ObjectFacts.UNKNOWN_SIZE, null));
    return new Found(byBytes(read), read.etag(), read.size());
  }

  /** Empty where it is gone, or only who put it can read it. */
  static Optional<ObjectDigest> read(BucketReader bucket, String key) throws S3Failure {
    try {
      return bucket.hash(key, count -> {});
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.REFUSED) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
