package org.assetstager.upload;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * One content to upload, from the file of the row that represents it.
 *
 * @param topHash the namespace
 * @param md5 32 lower-case hex digits
 * @param size bytes, as verified
 * @param root absolute directory
 * @param path relative to the root
 * @param manifestFile of the representing row
 * @param manifestPosition of the representing row
 * @param modifiedAtNanos modification time as verified, nanoseconds since the epoch
 * @param inode as verified, unsigned
 * @param digested whether the MD5 was computed in this run; else the manifest claims it and the
 *     upload proves it
 * @param partSize bytes of the parts that {@code partMd5s} belong to, or null
 * @param partMd5s the MD5s of the parts as the digest pass computed them, 32 hex digits each, in
 *     order, or null
 * @param stagingEtag ETag of what staging holds under the key without its being proved; null where
 *     there is nothing, or no ETag
 * @param stagingSize bytes of what staging holds under the key without its being proved; null where
 *     there is nothing
 * @param lookFirst whether to look at staging before sending: on a second attempt and on resume,
 *     since a refused conditional request still sends its whole body
 */
public record PlannedUpload(
    String topHash,
    String md5,
    long size,
    String root,
    String path,
    String manifestFile,
    long manifestPosition,
    BigInteger modifiedAtNanos,
    long inode,
    boolean digested,
    @Nullable Long partSize,
    @Nullable String partMd5s,
    @Nullable String stagingEtag,
    @Nullable Long stagingSize,
    boolean lookFirst) {
  /** Returns this with other parts. */
  PlannedUpload withParts(long newPartSize, @Nullable String newPartMd5s) {
    return with(newPartSize, newPartMd5s, lookFirst);
  }

  /** Returns this with or without a look at what is there. */
  PlannedUpload lookingFirst(boolean look) {
    return with(partSize, partMd5s, look);
  }

  private PlannedUpload with(
      @Nullable Long newPartSize, @Nullable String newPartMd5s, boolean newLookFirst) {
    return new PlannedUpload(
        topHash,
        md5,
        size,
        root,
        path,
        manifestFile,
        manifestPosition,
        modifiedAtNanos,
        inode,
        digested,
        newPartSize,
        newPartMd5s,
        stagingEtag,
        stagingSize,
        newLookFirst);
  }
}
