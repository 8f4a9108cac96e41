package org.assetstager.manifest;

import org.jspecify.annotations.Nullable;

/**
 * One line of a file, without its newline.
 *
 * @param offset byte offset of the line in the decompressed file
 * @param bytes of the line, which the caller may keep; null where there are more than the limit
 * @param length bytes of the line, also where they are too many to be kept
 * @param last whether the file ends in this line, without a newline
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares lines.
record Line(long offset, byte @Nullable [] bytes, long length, boolean last) {}
