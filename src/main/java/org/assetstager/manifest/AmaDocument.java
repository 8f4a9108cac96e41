package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * One of AMA's JSON documents, read as a stream: it may be far larger than the memory. UTF-8 is
 * decoded strictly.
 */
final class AmaDocument implements Closeable {
  private final String file;
  private final JsonParser parser;
  private final Set<String> wanted;
  private final Set<String> seen = new HashSet<>();

  /**
   * Opens a document.
   *
   * @param in at the file's start; closed with the document
   * @param wanted the members of the document that {@link #nextMember} stops at
   */
  AmaDocument(String file, InputStream in, Set<String> wanted) {
    this.file = file;
    this.wanted = wanted;
    try {
      parser =
          JsonValues.DOCUMENTS.createParser(
              new InputStreamReader(
                  in,
                  StandardCharsets.UTF_8
                      .newDecoder()
                      .onMalformedInput(CodingErrorAction.REPORT)
                      .onUnmappableCharacter(CodingErrorAction.REPORT)));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  JsonParser parser() {
    return parser;
  }

  /** Whether a member was there, even if it was null. */
  boolean had(String member) {
    return seen.contains(member);
  }

  /**
   * Goes on to the value of the next wanted member; from the last token of the value before.
   *
   * @return the member's name; null where the document has ended as it should
   */
  @Nullable String nextMember() throws IOException {
    if (parser.currentToken() == null && parser.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonParseException(parser, "it is not a JSON object");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (wanted.contains(name)) {
        if (!seen.add(name)) {
          throw new JsonParseException(parser, "it has '" + name + "' twice");
        }
        return name;
      }
      parser.skipChildren();
    }
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "something follows its JSON object");
    }
    return null;
  }

  /**
   * Reads some members of the object that the parser stands on, also of objects inside it.
   *
   * @param prefix of the names in {@code values}: empty, or ends in a dot
   * @param known the names to read, with their prefixes; of an object that has known members only
   *     these are read
   * @return the first name that is there twice, with its prefix, or null; the first value counts
   */
  static @Nullable String readMembers(
      JsonParser parser, String prefix, Set<String> known, Map<String, @Nullable Object> values)
      throws IOException {
    String duplicate = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      String fullName = prefix + name;
      if (!known.contains(fullName)) {
        parser.skipChildren();
      } else if (values.containsKey(fullName)) {
        duplicate = duplicate == null ? fullName : duplicate;
        parser.skipChildren();
      } else if (parser.currentToken() == JsonToken.START_OBJECT
          && known.stream().anyMatch(other -> other.startsWith(fullName + "."))) {
        values.put(fullName, Map.of());
        String inside = readMembers(parser, fullName + ".", known, values);
        duplicate = duplicate == null ? inside : duplicate;
      } else {
        values.put(fullName, JsonValues.read(parser));
      }
    }
    return duplicate;
  }

  /** Makes a failure of the document as a whole. */
  JobFailure unreadable(IOException e) {
    if (e instanceof JsonProcessingException json) {
      return broken(JsonValues.problem(json), e);
    }
    if (e instanceof CharacterCodingException) {
      return broken("it is not UTF-8", e);
    }
    return JobFailure.system(
        file + " can't be read: " + e.getMessage(), "Check its file system, and run again.", e);
  }

  private JobFailure broken(String problem, IOException e) {
    JsonLocation at = parser.currentLocation();
    return JobFailure.input(
        file
            + " can't be read to its end: near line "
            + at.getLineNr()
            + ", column "
            + at.getColumnNr()
            + ", "
            + problem,
        "Let AMA write it again.",
        e);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
