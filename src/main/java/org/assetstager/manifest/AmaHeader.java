package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an AMA manifest says about all its objects.
 *
 * @param manifestFile the manifest's path
 * @param root absolute directory of the asset
 * @param asset the asset's id, or null
 * @param classId id of the asset's class, or null
 * @param topHash the storage namespace: the class's id where the manifest names none
 */
public record AmaHeader(
    String manifestFile,
    String root,
    @Nullable String asset,
    @Nullable String classId,
    String topHash) {

  private static final String CLASS_ID = "asset_class.id";

  /**
   * Reads the header; it may stand before and after the objects, so the whole document is read.
   *
   * @param in at the manifest's start; closed
   * @throws org.assetstager.asset.JobFailure if the document can't be read to its end, or has no
   *     namespace
   */
  public static AmaHeader read(AmaLocations locations, InputStream in) throws IOException {
    String file = locations.manifest();
    try (AmaDocument document =
        new AmaDocument(file, in, Set.of("id", "top_hash", "asset_class"))) {
      try {
        Map<String, @Nullable Object> values = values(document);
        FieldValues fields = new FieldValues(values);
        String asset = fields.text("id");
        String classId = fields.text(CLASS_ID);
        String topHash = fields.has("top_hash") ? fields.text("top_hash") : classId;
        if (fields.fault() == null && topHash == null) {
          fields.fault("it has no top_hash and no asset_class.id");
        }
        if (topHash == null || fields.fault() != null) {
          throw new JsonParseException(document.parser(), fields.fault());
        }
        return new AmaHeader(file, locations.root(), asset, classId, topHash);
      } catch (IOException e) {
        throw document.unreadable(e);
      }
    }
  }

  private static Map<String, @Nullable Object> values(AmaDocument document) throws IOException {
    Map<String, @Nullable Object> values = new HashMap<>();
    JsonParser parser = document.parser();
    for (String name = document.nextMember(); name != null; name = document.nextMember()) {
      if (!name.equals("asset_class")) {
        values.put(name, JsonValues.read(parser));
      } else if (parser.currentToken() == JsonToken.START_OBJECT) {
        String duplicate =
            AmaDocument.readMembers(parser, "asset_class.", Set.of(CLASS_ID), values);
        if (duplicate != null) {
          throw new JsonParseException(parser, "it has '" + duplicate + "' twice");
        }
      } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
        throw new JsonParseException(parser, "'asset_class' is not an object");
      }
    }
    return values;
  }
}
