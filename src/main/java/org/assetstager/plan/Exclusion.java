package org.assetstager.plan;

import org.assetstager.catalog.ObjectFacts;
import org.assetstager.s3.Etags;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do with a content by the listings of both buckets; see "Known content" in
 * design.md.
 *
 * <pre>
 * remote                       staging                       decision
 * same size, no other MD5*     (any)                         KNOWN_REMOTE
 * other size**, or other MD5*  (any)                         CONFLICT
 * absent                       ETag is the MD5, same size    KNOWN_STAGING
 * absent                       any other object              PROVE
 * absent                       absent                        UPLOAD
 * </pre>
 *
 * <p>* as {@link Etags#isOtherMd5} finds it. ** or one that can't be known, see {@link
 * ObjectFacts#UNKNOWN_SIZE}.
 */
public enum Exclusion {
  /** The remote holds it. */
  KNOWN_REMOTE,
  /** The remote holds something else under its key. */
  CONFLICT,
  /** Staging holds it, proved by the ETag that the server computed. */
  KNOWN_STAGING,
  /** Staging holds something under its key: to be proved, else replaced. */
  PROVE,
  /** Neither side holds it. */
  UPLOAD;

  /**
   * Decides about one content.
   *
   * @param md5 32 lower-case hex digits
   * @param size in bytes
   * @param remoteSize null where the remote has no such key
   * @param remoteEtag without quotes; null where the store says that it is no MD5
   * @param stagingSize null where staging has no such key
   * @param stagingEtag without quotes; a single-part object's is the MD5 of its bytes unless it was
   *     encrypted with a key of KMS or of the customer (Amazon S3 API reference, Object, ETag)
   */
  public static Exclusion of(
      String md5,
      long size,
      @Nullable Long remoteSize,
      @Nullable String remoteEtag,
      @Nullable Long stagingSize,
      @Nullable String stagingEtag) {
    if (remoteSize != null) {
      return remoteSize == size && !Etags.isOtherMd5(md5, remoteEtag) ? KNOWN_REMOTE : CONFLICT;
    }
    if (stagingSize == null) {
      return UPLOAD;
    }
    return stagingSize == size && md5.equals(stagingEtag) ? KNOWN_STAGING : PROVE;
  }

  /** Whether the content is to be sent; else an object in a bucket stands for it. */
  public boolean isSent() {
    return this == PROVE || this == UPLOAD;
  }

  /**
   * Says in words why a content is in {@link #CONFLICT}.
   *
   * @param remoteEtag without quotes, or null; told where the sizes are equal
   */
  public static String conflict(long remoteSize, @Nullable String remoteEtag, long size) {
    if (remoteSize == ObjectFacts.UNKNOWN_SIZE) {
      return "the remote holds an object under this key that only who put it can read";
    }
    return remoteSize == size
        ? "the remote holds other bytes of this size under this key: their MD5 is " + remoteEtag
        : "the remote holds " + remoteSize + " bytes under this key, the file has " + size;
  }
}
