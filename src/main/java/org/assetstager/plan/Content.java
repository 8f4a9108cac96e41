package org.assetstager.plan;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * One content of a run, with the row that stands for all rows of this content.
 *
 * @param topHash the namespace
 * @param md5 32 lower-case hex digits
 * @param manifestFile of the row that stands for the content: the least, by file and position
 * @param size in bytes
 * @param modifiedAtNanos of that row's file as verified
 * @param inode of that row's file as verified, unsigned
 * @param digested whether the MD5 was computed in this run, rather than taken from the manifest
 * @param partSize in bytes, of the parts that were hashed; null where the content is one part
 * @param partMd5s 32 hex digits each, or null
 */
public record Content(
    String topHash,
    String md5,
    String manifestFile,
    long manifestPosition,
    String root,
    String path,
    long size,
    BigInteger modifiedAtNanos,
    long inode,
    boolean digested,
    @Nullable Long partSize,
    @Nullable String partMd5s) {}
