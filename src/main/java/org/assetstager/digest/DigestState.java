package org.assetstager.digest;

/**
 * The state of a digest after a part of its content, from which another digest can continue.
 *
 * @param position bytes taken so far; a part ends there
 * @param whole state of the MD5 of the whole, in hex: an opaque text
 * @param partMd5s MD5s of the parts so far, as {@link PartMd5s} joins them
 */
public record DigestState(long position, String whole, String partMd5s) {}
