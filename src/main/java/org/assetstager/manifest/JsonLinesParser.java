package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes manifest rows of the lines of a JSON Lines file.
 *
 * @param manifestFile what the rows name as their file
 * @param maxRowBytes the limit that too long lines are said to exceed
 */
record JsonLinesParser(String manifestFile, int maxRowBytes, ManifestFields fields) {
  /** Makes a row of a line that isn't blank; a line that is no row becomes a row with a fault. */
  ManifestRow parse(Line line) {
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
}
