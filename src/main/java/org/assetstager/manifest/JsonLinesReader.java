package org.assetstager.manifest;

import com.google.common.collect.AbstractIterator;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a JSON Lines manifest, or of a range of it. Every line that isn't blank is one row,
 * with a fault where it can't be read.
 *
 * <p>Both methods of the iterator throw a {@link JobFailure} where the file can't be read to its
 * end: of kind {@code INPUT} where its compression is broken, of kind {@code SYSTEM} where the file
 * system failed.
 */
public final class JsonLinesReader extends AbstractIterator<ManifestRow> implements Closeable {
  private final String manifestFile;
  private final LineReader lines;
  private final JsonLinesParser parser;

  private JsonLinesReader(
      String manifestFile, LineReader lines, int maxRowBytes, ManifestFields fields) {
    this.manifestFile = manifestFile;
    this.lines = lines;
    this.parser = new JsonLinesParser(manifestFile, maxRowBytes, fields);
  }

  /**
   * Reads a whole file, decompressed as its name says.
   *
   * @param manifestFile what the rows name as their file
   * @param in at the file's start; closed with the reader
   * @param maxRowBytes a longer row is a bad row
   */
  public static JsonLinesReader whole(
      String manifestFile, InputStream in, int maxRowBytes, ManifestFields fields)
      throws IOException {
    InputStream plain = Compression.decompress(manifestFile, in);
    LineReader lines = new LineReader(plain, 0, Long.MAX_VALUE, maxRowBytes);
    return new JsonLinesReader(manifestFile, lines, maxRowBytes, fields);
  }

  /**
   * Reads the rows whose first byte lies in {@code [start, end)} of a file that isn't compressed.
   *
   * @param manifestFile what the rows name as their file
   * @param in positioned at {@link #firstByteToRead} of {@code start}; closed with the reader
   * @param maxRowBytes a longer row is a bad row
   */
  public static JsonLinesReader range(
      String manifestFile,
      InputStream in,
      long start,
      long end,
      int maxRowBytes,
      ManifestFields fields) {
    LineReader lines = new LineReader(in, start, end, maxRowBytes);
    return new JsonLinesReader(manifestFile, lines, maxRowBytes, fields);
  }

  /** Returns the offset that a stream for {@link #range} must be positioned at. */
  public static long firstByteToRead(long start) {
    return LineReader.firstByteToRead(start);
  }

  @Override
  protected @Nullable ManifestRow computeNext() {
    try {
      Line line = lines.next();
      return line == null ? endOfData() : parser.parse(line);
    } catch (IOException e) {
      throw JobFailure.system(
          "The manifest "
              + manifestFile
              + " can't be read at byte "
              + lines.position()
              + ": "
              + e.getMessage(),
          "Check its file system, and run again.",
          e);
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
