package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.AbstractIterator;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a share of a JSON Lines manifest. Every line that isn't blank is one row, with a
 * fault where it can't be read.
 *
 * <p>Both methods of the iterator throw a {@link JobFailure} where the file can't be read to its
 * end: of kind {@code INPUT} where its compression is broken, of kind {@code SYSTEM} where the file
 * system failed.
 */
final class JsonLinesReader extends AbstractIterator<ManifestRow> implements Closeable {
  private final String manifestFile;
  private final LineReader lines;
  private final int maxRowBytes;
  private final ManifestFields fields;

  /**
   * Reads a share of a file, decompressed as its name says.
   *
   * @param in positioned at {@link LineReader#firstByteToRead} of the share; closed with the reader
   * @param maxRowBytes a longer row is a bad row
   */
  JsonLinesReader(ManifestSplit split, InputStream in, int maxRowBytes, ManifestFields fields)
      throws IOException {
    this.manifestFile = split.file();
    InputStream plain = Compression.decompress(manifestFile, in);
    this.lines = new LineReader(plain, split.start(), split.end(), maxRowBytes);
    this.maxRowBytes = maxRowBytes;
    this.fields = fields;
  }

  @Override
  protected @Nullable ManifestRow computeNext() {
    try {
      Line line = lines.next();
      return line == null ? endOfData() : row(line);
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

  private ManifestRow row(Line line) {
    byte[] bytes = line.bytes();
    Map<String, @Nullable Object> values = new HashMap<>();
    if (bytes == null) {
      String problem =
          "the row has "
              + line.length()
              + " bytes, more than manifest.max-row-bytes ("
              + maxRowBytes
              + ")";
      return fields.row(RawRow.broken(manifestFile, line.offset(), values, problem));
    }
    String problem = read(bytes, values);
    if (problem == null) {
      return fields.row(RawRow.whole(manifestFile, line.offset(), values));
    }
    String cutOff =
        line.last() ? "; the file has no newline at its end, so it may have been cut off" : "";
    return fields.row(RawRow.broken(manifestFile, line.offset(), values, problem + cutOff));
  }

  /** Fills in the values of a row, and returns what is wrong with it, or null. */
  private static @Nullable String read(byte[] bytes, Map<String, @Nullable Object> values) {
    String text;
    try {
      text = Text.decodeUtf8(bytes);
    } catch (CharacterCodingException e) {
      return "the row is " + e.getMessage();
    }
    try (JsonParser parser = JsonValues.ROWS.createParser(text)) {
      try {
        return read(parser, values);
      } catch (JsonProcessingException e) {
        return "the row is not valid JSON near column "
            + parser.currentLocation().getColumnNr()
            + ": "
            + JsonValues.problem(e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A string can't fail to be read", e);
    }
  }

  private static @Nullable String read(JsonParser parser, Map<String, @Nullable Object> values)
      throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return "the row is not a JSON object: it begins with " + Text.quoted(parser.getText());
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (FieldNames.concern(name)) {
        values.put(name, JsonValues.read(parser));
      } else {
        parser.skipChildren();
      }
    }
    return parser.nextToken() == null
        ? null
        : "something follows the row's JSON object at column "
            + parser.currentTokenLocation().getColumnNr();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
