package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * A state that AMA stores for an object or a content.
 *
 * @param key the object's path or the content's id; lone surrogates are escaped
 * @param state as stored; null where it is no string
 * @param fault what is wrong with the state, or null
 */
public record AmaState(Kind kind, String key, @Nullable String state, @Nullable String fault) {

  /** Carries it through Spark. */
  static final RecordCodec<AmaState> CODEC = RecordCodec.of(AmaState.class);

  /** What a state is of. */
  public enum Kind {
    /** An object: the key is its path. */
    OBJECT("object_states"),
    /** A content: the key is its id. */
    CONTENT("content_states");

    private final String section;

    Kind(String section) {
      this.section = section;
    }
  }

  /**
   * Reads all states of a document; those that are null count as not there.
   *
   * @param file named in failures
   * @param in at the file's start; closed with the reader
   */
  public static AmaReader<AmaState> read(String file, InputStream in) {
    return new AmaReader<>(
        file,
        in,
        Set.of(Kind.OBJECT.section, Kind.CONTENT.section),
        JsonToken.START_OBJECT,
        (section, index, key, parser) ->
            read(section.equals(Kind.OBJECT.section) ? Kind.OBJECT : Kind.CONTENT, key, parser));
  }

  private static @Nullable AmaState read(Kind kind, String key, JsonParser parser)
      throws IOException {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("state", JsonValues.read(parser));
    FieldValues fields = new FieldValues(values);
    if (!fields.has("state")) {
      return null;
    }
    String state = fields.text("state");
    return new AmaState(kind, Text.escapeLoneSurrogates(key), state, fields.fault());
  }

  /** Makes the state of a key that the document has twice: neither can be trusted. */
  AmaState twice() {
    String twice = kind.section + " has " + Text.quoted(key) + " twice";
    return new AmaState(kind, key, null, twice);
  }
}
