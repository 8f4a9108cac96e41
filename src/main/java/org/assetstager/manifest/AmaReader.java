package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.AbstractIterator;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * The elements of one of AMA's JSON documents, in their order, one in memory at a time.
 *
 * <p>Both methods of the iterator throw a {@link JobFailure} where the document can't be read to
 * its end: of kind {@code INPUT} where it is cut off, not JSON, not UTF-8, or not the document that
 * was expected; of kind {@code SYSTEM} where the file system failed. A key that the document has
 * twice gives two elements: to find that takes memory, or Spark.
 *
 * @param <T> an element
 */
public final class AmaReader<T> extends AbstractIterator<T> implements Closeable {
  private final AmaDocument document;
  private final Set<String> sections;
  private final JsonToken sectionStart;
  private final ElementReader<T> elements;
  private @Nullable String section;
  private long index;

  /** Reads one element. */
  interface ElementReader<T> {
    /**
     * Reads the value that the parser stands on, up to its last token.
     *
     * @param section the member of the document that the element is in
     * @param index of the element among those of all sections
     * @param key the element's name; empty in an array
     * @return the element, or null to leave it out
     */
    @Nullable T read(String section, long index, String key, JsonParser parser) throws IOException;
  }

  /**
   * Makes a reader.
   *
   * @param in at the file's start; closed with the reader
   * @param sections the members of the document that hold the elements; one must be there
   * @param sectionStart whether sections are objects or arrays
   */
  AmaReader(
      String file,
      InputStream in,
      Set<String> sections,
      JsonToken sectionStart,
      ElementReader<T> elements) {
    this.document = new AmaDocument(file, in, sections);
    this.sections = sections;
    this.sectionStart = sectionStart;
    this.elements = elements;
  }

  @Override
  protected @Nullable T computeNext() {
    try {
      T element = null;
      while (element == null) {
        section = section == null ? nextSection() : section;
        if (section == null) {
          return endOfData();
        }
        element = nextInside(section);
      }
      return element;
    } catch (IOException e) {
      throw document.unreadable(e);
    }
  }

  /** Reads an element; null where it is left out, or the section has ended. */
  private @Nullable T nextInside(String inside) throws IOException {
    JsonParser parser = document.parser();
    String key = sectionStart == JsonToken.START_OBJECT ? parser.nextFieldName() : "";
    if (key == null || parser.nextToken() == JsonToken.END_ARRAY) {
      section = null;
      return null;
    }
    return elements.read(inside, index++, key, parser);
  }

  /** Goes on to the next section that isn't null; null where the document has ended. */
  private @Nullable String nextSection() throws IOException {
    JsonParser parser = document.parser();
    for (String name = document.nextMember(); name != null; name = document.nextMember()) {
      if (parser.currentToken() == sectionStart) {
        return name;
      }
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        String expected = sectionStart == JsonToken.START_ARRAY ? "an array" : "an object";
        throw new JsonParseException(parser, "'" + name + "' is not " + expected);
      }
    }
    if (sections.stream().noneMatch(document::had)) {
      throw new JsonParseException(
          parser, "it has no '" + String.join("' or '", sections.stream().sorted().toList()) + "'");
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    document.close();
  }
}
