package org.assetstager.manifest;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Decompresses all frames of a {@code .zst} file (RFC 8878), and fails if the last one is
 * incomplete. The library's own stream (zstd-jni 1.5.7) doesn't: it takes a file as complete whose
 * second or later frame is cut off, if the frame before ended in the same buffer.
 */
final class ZstdStream extends InputStream {
  /** A block has at most this many bytes, so that a buffer always holds one. */
  private static final int BUFFER_BYTES = 128 * 1024;

  private final InputStream in;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final byte[] chunk = new byte[BUFFER_BYTES];
  private final ByteBuffer compressed = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
  private final ByteBuffer plain = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
  private boolean insideFrame;
  private boolean mayHoldBack;

  /** Makes a stream; {@code in} is closed with it. */
  ZstdStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!plain.hasRemaining()) {
      if (!mayHoldBack && !compressed.hasRemaining() && !refill()) {
        if (insideFrame) {
          throw new EOFException("a zstd frame breaks off");
        }
        return -1;
      }
      decompress();
    }
    int count = Math.min(length, plain.remaining());
    plain.get(bytes, offset, count);
    return count;
  }

  private boolean refill() throws IOException {
    int count = in.readNBytes(chunk, 0, chunk.length);
    compressed.clear().put(chunk, 0, count).flip();
    return count > 0;
  }

  private void decompress() throws IOException {
    plain.clear();
    try {
      insideFrame = !context.decompressDirectByteBufferStream(plain, compressed);
    } catch (ZstdException e) {
      plain.limit(0);
      throw new IOException(e.getMessage(), e);
    }
    // A full buffer may have left something behind in the decompressor.
    mayHoldBack = insideFrame && !plain.hasRemaining();
    plain.flip();
  }

  @Override
  public void close() throws IOException {
    context.close();
    in.close();
  }
}
