package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of an AMA manifest.
 *
 * @param index of the object in the manifest, from 0
 * @param contentId valid unless {@code fault}
 * @param path as the manifest has it, the key of its state and stats; lone surrogates are escaped
 * @param contentSize bytes, or null
 * @param proxy whether someone else stores the content ({@code meta.proxy})
 * @param sourced whether the content comes from elsewhere ({@code meta.src})
 * @param fault what is wrong with the object, or null
 * @param unrepresentable whether nothing is wrong but that the path isn't Unicode
 */
public record AmaObject(
    long index,
    @Nullable String contentId,
    @Nullable String path,
    @Nullable String mimeType,
    @Nullable String createdBy,
    @Nullable String createdAt,
    @Nullable Long contentSize,
    boolean proxy,
    boolean sourced,
    @Nullable String fault,
    boolean unrepresentable) {

  private static final String SEPARATOR = "::";
  private static final Set<String> MEMBERS =
      Set.of(
          "id",
          "created_by",
          "created_at",
          "content",
          "content.id",
          "content.mime_type",
          "content.size",
          "content.meta",
          "content.meta.proxy",
          "content.meta.src");

  /**
   * Reads the objects of a manifest.
   *
   * @param manifestFile named in failures
   * @param in at the manifest's start; closed with the reader
   */
  public static AmaReader<AmaObject> read(String manifestFile, InputStream in) {
    return new AmaReader<>(
        manifestFile,
        in,
        Set.of("objects"),
        JsonToken.START_ARRAY,
        (section, index, key, parser) -> read(index, parser));
  }

  private static AmaObject read(long index, JsonParser parser) throws IOException {
    Map<String, @Nullable Object> values = new HashMap<>();
    FieldValues fields = new FieldValues(values);
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      String duplicate = AmaDocument.readMembers(parser, "", MEMBERS, values);
      if (duplicate != null) {
        fields.fault("it has '" + duplicate + "' twice");
      }
      requireObject("content", values, fields, true);
      requireObject("content.meta", values, fields, false);
    } else {
      fields.fault("the object is not a JSON object");
      parser.skipChildren();
    }
    return of(index, fields);
  }

  private static void requireObject(
      String name, Map<String, @Nullable Object> values, FieldValues fields, boolean needed) {
    Object value = values.get(name);
    if (value == null ? needed : !(value instanceof Map)) {
      fields.fault("'" + name + "' is " + (value == null ? "missing" : "not a JSON object"));
    }
  }

  private static AmaObject of(long index, FieldValues fields) {
    String id = fields.fileName("id");
    String contentId = fields.text("content.id");
    String path = null;
    if (fields.fault() == null || fields.onlyUnrepresentable()) {
      fields.require("id");
      fields.require("content.id");
    }
    if (id != null) {
      int separator = id.indexOf(SEPARATOR);
      if (separator < 0) {
        fields.fault("'id' has no '::' between content and path: " + Text.quoted(id));
      } else {
        path = id.substring(separator + SEPARATOR.length());
        String named = id.substring(0, separator);
        if (contentId != null && !contentId.equals(named)) {
          fields.fault(
              "'id' names the content "
                  + Text.quoted(named)
                  + ", but 'content.id' is "
                  + Text.quoted(contentId));
        }
      }
    }
    String mimeType = fields.text("content.mime_type");
    String createdBy = fields.text("created_by");
    String createdAt = fields.text("created_at");
    Long contentSize = fields.count("content.size");
    boolean proxy = fields.flag("content.meta.proxy");
    return new AmaObject(
        index,
        contentId,
        path,
        mimeType,
        createdBy,
        createdAt,
        contentSize,
        proxy,
        fields.has("content.meta.src"),
        fields.fault(),
        fields.onlyUnrepresentable());
  }
}
