package org.assetstager.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a client sends on one connection: lines, and bodies between them. */
final class HttpInput {
  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int end;

  HttpInput(InputStream in) {
    this.in = in;
  }

  /** Returns the next line without its end; null where the connection ends instead. */
  @Nullable String line() throws IOException {
    int scanned = position;
    while (true) {
      while (scanned < end) {
        if (buffer[scanned++] == '\n') {
          int last = scanned - 1;
          int length = last - position - (last > position && buffer[last - 1] == '\r' ? 1 : 0);
          String line = new String(buffer, position, length, StandardCharsets.ISO_8859_1);
          position = scanned;
          return line;
        }
      }
      scanned -= position;
      if (!fill()) {
        return null;
      }
      scanned += position;
    }
  }

  /** Reads more behind what is left; false at the end. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, end - position);
    end -= position;
    position = 0;
    if (end == buffer.length) {
      throw new IOException("A line of more than " + end + " bytes");
    }
    int count = in.read(buffer, end, buffer.length - end);
    end += Math.max(count, 0);
    return count > 0;
  }

  private int read(byte[] into, int from, int count) throws IOException {
    if (position == end && count >= buffer.length) {
      return in.read(into, from, count);
    }
    if (position == end && !fill()) {
      return -1;
    }
    int taken = Math.min(count, end - position);
    System.arraycopy(buffer, position, into, from, taken);
    position += taken;
    return taken;
  }

  /** Returns the next bytes as a stream. */
  InputStream fixed(long length) {
    return new Pieces(length) {
      @Override
      long next() {
        return 0;
      }
    };
  }

  /**
   * Returns a body in chunks: HTTP's, and those of {@code aws-chunked}, which are written alike
   * (signatures stand where HTTP has extensions, checksums where it has trailers; neither is looked
   * at).
   */
  InputStream chunked() {
    return new Pieces(0) {
      private boolean first = true;
      private boolean ended;

      @Override
      long next() throws IOException {
        if (ended) {
          return 0;
        }
        if (!first) {
          requiredLine();
        }
        first = false;
        long length = Long.parseLong(requiredLine().split(";", 2)[0].trim(), 16);
        while (length == 0 && !ended) {
          ended = requiredLine().isEmpty();
        }
        return length;
      }
    };
  }

  private String requiredLine() throws IOException {
    String line = line();
    if (line == null) {
      throw new EOFException();
    }
    return line;
  }

  /** Pieces of known lengths, one after another. */
  private abstract class Pieces extends InputStream {
    private long left;

    Pieces(long length) {
      this.left = length;
    }

    /** Returns the next piece's length; 0 at the end. */
    abstract long next() throws IOException;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
      Objects.checkFromIndexSize(from, count, into.length);
      if (left == 0) {
        left = next();
      }
      if (left == 0) {
        return -1;
      }
      int taken = HttpInput.this.read(into, from, (int) Math.min(count, left));
      if (taken < 0) {
        throw new EOFException();
      }
      left -= taken;
      return taken;
    }
  }
}
