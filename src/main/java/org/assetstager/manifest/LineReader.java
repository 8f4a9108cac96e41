package org.assetstager.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines that begin in a range of a file, so that any division into ranges reads each line
 * once. Lines end in {@code \n}, and blank ones, and a byte order mark at the start of the file,
 * are skipped; or they end in a byte of choice, and only those without a byte are skipped. Memory
 * is bounded by the longest allowed line.
 */
final class LineReader implements Closeable {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final long end;
  private final int maxLineBytes;
  private final byte terminator;
  private final boolean verbatim;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private int next;
  private int limit;

  /** File offset of {@code chunk[next]}. */
  private long position;

  private byte[] line = new byte[1024];
  private boolean skipsPartialLine;

  /**
   * Makes a reader of the lines whose first byte lies in {@code [start, end)}.
   *
   * @param in positioned at {@link #firstByteToRead} of {@code start}; closed with the reader
   * @param end in bytes, may be behind the file's end
   * @param maxLineBytes a longer line is read without its bytes
   */
  LineReader(InputStream in, long start, long end, int maxLineBytes) {
    this(in, start, end, maxLineBytes, (byte) '\n', false);
  }

  /**
   * As the constructor, of lines of which each byte counts.
   *
   * @param terminator the byte that ends each
   */
  static LineReader verbatim(
      InputStream in, long start, long end, int maxLineBytes, byte terminator) {
    return new LineReader(in, start, end, maxLineBytes, terminator, true);
  }

  private LineReader(
      InputStream in, long start, long end, int maxLineBytes, byte terminator, boolean verbatim) {
    this.terminator = terminator;
    this.verbatim = verbatim;
    this.in = in;
    this.end = end;
    this.maxLineBytes = maxLineBytes;
    this.position = firstByteToRead(start);
    this.skipsPartialLine = start > 0;
  }

  /** Where a stream must stand for a range: one byte early, to see whether a line begins there. */
  static long firstByteToRead(long start) {
    return Math.max(0, start - 1);
  }

  /** Returns the next line that isn't blank, or null where there is none. */
  @Nullable Line next() throws IOException {
    if (skipsPartialLine) {
      skipsPartialLine = false;
      skipLine();
    }
    while (position < end && fill()) {
      Line read = readLine();
      byte[] bytes = read.bytes();
      if (bytes == null || !(verbatim ? bytes.length == 0 : isBlank(bytes))) {
        return read;
      }
    }
    return null;
  }

  /** File offset of the first byte that wasn't read as part of a line yet. */
  long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Skips to behind the next newline, but no further than the range's end needs. */
  private void skipLine() throws IOException {
    boolean ended = false;
    while (!ended && position < end && fill()) {
      int newline = indexOfNewline();
      ended = newline < limit;
      advanceTo(ended ? newline + 1 : limit);
    }
  }

  private Line readLine() throws IOException {
    long offset = position;
    long length = 0;
    boolean ended = false;
    while (!ended && fill()) {
      int newline = indexOfNewline();
      int count = newline - next;
      if (length + count <= maxLineBytes) {
        keep((int) length, count);
      }
      length += count;
      ended = newline < limit;
      advanceTo(ended ? newline + 1 : limit);
    }
    byte[] bytes = length <= maxLineBytes ? kept(offset, (int) length) : null;
    return new Line(offset, bytes, length, !ended);
  }

  private void keep(int kept, int count) {
    if (kept + count > line.length) {
      long doubled = Math.min(2L * line.length, maxLineBytes);
      line = Arrays.copyOf(line, (int) Math.max(doubled, kept + count));
    }
    System.arraycopy(chunk, next, line, kept, count);
  }

  private byte[] kept(long offset, int length) {
    int mark = BYTE_ORDER_MARK.length;
    boolean marked =
        !verbatim
            && offset == 0
            && length >= mark
            && Arrays.equals(line, 0, mark, BYTE_ORDER_MARK, 0, mark);
    return Arrays.copyOfRange(line, marked ? mark : 0, length);
  }

  private int indexOfNewline() {
    for (int i = next; i < limit; i++) {
      if (chunk[i] == terminator) {
        return i;
      }
    }
    return limit;
  }

  private void advanceTo(int index) {
    position += index - next;
    next = index;
  }

  /** Returns whether there are bytes to read. */
  private boolean fill() throws IOException {
    if (next < limit) {
      return true;
    }
    next = 0;
    limit = Math.max(0, in.readNBytes(chunk, 0, chunk.length));
    return limit > 0;
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
