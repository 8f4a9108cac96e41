package org.assetstager.plan;

import org.jspecify.annotations.Nullable;

/**
 * One content of a run: what both sides hold of it, and the row that stands for all of its rows.
 *
 * @param topHash the namespace
 * @param md5 32 lower-case hex digits
 * @param size in bytes
 * @param remoteSize bytes of the object under the content's key in the remote, null where there is
 *     none
 * @param remoteEtag of that object, without quotes, or null
 * @param stagingSize bytes of the object under the content's key in staging, null where there is
 *     none
 * @param stagingEtag of that object, without quotes, or null
 * @param manifestFile of the row that stands for the content: the least, by file and position
 * @param modifiedAtNanos of that row's file as verified
 * @param inode of that row's file as verified, unsigned
 * @param digested whether the MD5 was computed in this run, rather than taken from the manifest
 * @param partSize in bytes, of the parts that were hashed; null where the content is one part
 * @param partMd5s 32 hex digits each, or null
 */
public record PlannedContent(
    String topHash,
    String md5,
    long size,
    @Nullable Long remoteSize,
    @Nullable String remoteEtag,
    @Nullable Long stagingSize,
    @Nullable String stagingEtag,
    String manifestFile,
    long manifestPosition,
    String root,
    String path,
    long modifiedAtNanos,
    long inode,
    boolean digested,
    @Nullable Long partSize,
    @Nullable String partMd5s) {

  /** Returns what to do with the content. */
  public Exclusion exclusion() {
    return Exclusion.of(md5, size, remoteSize, stagingSize, stagingEtag);
  }
}
