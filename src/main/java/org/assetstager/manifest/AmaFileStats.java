package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * The stats of a file that AMA stored when the file was added.
 *
 * @param path the object's path; lone surrogates are escaped
 * @param contentTime {@code st_mtime} in seconds since the epoch
 * @param metadataTime {@code st_ctime} in seconds since the epoch
 * @param numLinks hard links
 * @param inode unsigned
 * @param size bytes
 * @param fault what is wrong with the stats, or null; then the other values may be null
 */
public record AmaFileStats(
    String path,
    @Nullable Double contentTime,
    @Nullable Double metadataTime,
    @Nullable Long numLinks,
    @Nullable Long inode,
    @Nullable Long size,
    @Nullable String fault) {

  /** Carries it through Spark. */
  static final RecordCodec<AmaFileStats> CODEC = RecordCodec.of(AmaFileStats.class);

  private static final List<String> MEMBERS =
      List.of("content_time", "metadata_time", "num_links", "inode", "size");

  /**
   * Reads all stats of a document.
   *
   * @param file named in failures
   * @param in at the file's start; closed with the reader
   */
  public static AmaReader<AmaFileStats> read(String file, InputStream in) {
    return new AmaReader<>(
        file,
        in,
        Set.of("stats"),
        JsonToken.START_OBJECT,
        (section, index, key, parser) -> read(key, parser));
  }

  private static AmaFileStats read(String key, JsonParser parser) throws IOException {
    String path = Text.escapeLoneSurrogates(key);
    Map<String, @Nullable Object> values = new HashMap<>();
    FieldValues fields = new FieldValues(values);
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return faulty(path, "the entry of " + Text.quoted(path) + " is not a JSON object");
    }
    String duplicate = AmaDocument.readMembers(parser, "", Set.copyOf(MEMBERS), values);
    if (duplicate != null) {
      fields.fault("it has '" + duplicate + "' twice");
    }
    MEMBERS.forEach(fields::require);
    AmaFileStats stats =
        new AmaFileStats(
            path,
            fields.seconds("content_time"),
            fields.seconds("metadata_time"),
            fields.count("num_links"),
            fields.unsigned("inode"),
            fields.count("size"),
            null);
    String fault = fields.fault();
    return fault == null ? stats : faulty(path, fault);
  }

  private static AmaFileStats faulty(String path, String fault) {
    return new AmaFileStats(path, null, null, null, null, null, "file_stats.json: " + fault);
  }

  /** Makes the stats of a path that the document has twice: neither can be trusted. */
  AmaFileStats twice() {
    return faulty(path, "it has " + Text.quoted(path) + " twice");
  }
}
