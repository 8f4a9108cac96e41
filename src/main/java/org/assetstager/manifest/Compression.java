package org.assetstager.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Objects;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.io.input.ProxyInputStream;
import org.assetstager.asset.JobFailure;

/** How a manifest file is compressed, by the end of its name. */
enum Compression {
  NONE,
  GZIP,
  ZSTD;

  static Compression of(String file) {
    return switch (ManifestFile.formatOf(file)) {
      case JSONL_GZ -> GZIP;
      case JSONL_ZST -> ZSTD;
      default -> NONE;
    };
  }

  /**
   * Decompresses a file as its name says, all members or frames of it.
   *
   * @param in at the file's start; closed with the returned stream
   * @return a stream that throws a {@link JobFailure} of kind {@code INPUT} where the compressed
   *     data are cut off or damaged, and an {@link IOException} where {@code in} threw it
   */
  static InputStream decompress(String file, InputStream in) throws IOException {
    Compression compression = of(file);
    return compression == NONE ? in : new Checked(file, compression, in);
  }

  private InputStream open(InputStream in) throws IOException {
    PushbackInputStream compressed = new PushbackInputStream(in);
    int first = compressed.read();
    if (first < 0) {
      throw new IOException("the file is empty, which no compressed file is");
    }
    compressed.unread(first);
    return this == GZIP
        // Unlike java.util.zip this one refuses what follows the last member.
        ? GzipCompressorInputStream.builder()
            .setInputStream(compressed)
            .setDecompressConcatenated(true)
            .get()
        : new ZstdStream(compressed);
  }

  /** Tells damaged data from a file system that failed. */
  private static final class Checked extends InputStream {
    private final String file;
    private final Source source;
    private final InputStream plain;
    private long position;

    Checked(String file, Compression compression, InputStream in) throws IOException {
      this.file = file;
      this.source = new Source(in);
      try {
        this.plain = compression.open(source);
      } catch (IOException e) {
        in.close();
        throw failure(e);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      try {
        int count = plain.read(bytes, offset, length);
        position += Math.max(0, count);
        return count;
      } catch (IOException e) {
        throw failure(e);
      }
    }

    /** Returns what to throw where it isn't the file system that failed. */
    private JobFailure failure(IOException e) throws IOException {
      if (source.failed) {
        throw e;
      }
      return JobFailure.input(
          "The manifest "
              + file
              + " can't be read to its end: its compressed data are cut off or damaged after "
              + position
              + " decompressed bytes ("
              + (e.getMessage() == null ? "the end is missing" : e.getMessage())
              + ")",
          "Write it again.",
          e);
    }

    @Override
    public void close() throws IOException {
      plain.close();
    }
  }

  /** Remembers whether the file system failed. */
  private static final class Source extends ProxyInputStream {
    private boolean failed;

    Source(InputStream in) {
      super(in);
    }

    @Override
    protected void handleIOException(IOException e) throws IOException {
      failed = true;
      throw e;
    }
  }
}
