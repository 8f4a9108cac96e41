package org.assetstager.manifest;

import org.jspecify.annotations.Nullable;

/** One line of a file, without its newline. */
final class Line {
  private final long offset;
  private final byte @Nullable [] bytes;
  private final long length;
  private final boolean last;

  Line(long offset, byte @Nullable [] bytes, long length, boolean last) {
    this.offset = offset;
    this.bytes = bytes;
    this.length = length;
    this.last = last;
  }

  /** Byte offset of the line in the decompressed file. */
  long offset() {
    return offset;
  }

  /** The line's bytes, which the caller may keep; null where there are more than the limit. */
  byte @Nullable [] bytes() {
    return bytes;
  }

  /** Bytes of the line, also where they are too many to be kept. */
  long length() {
    return length;
  }

  /** Whether the file ends in this line, without a newline. */
  boolean last() {
    return last;
  }
}
