package org.assetstager.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The {@code manifest.json} of an S3 Inventory (Amazon S3 user guide, "Locating your inventory
 * list").
 *
 * @param sourceBucket the bucket that was listed
 * @param columns of CSV files, in their order, as {@link #column} writes them; empty for formats
 *     that name their columns themselves
 * @param createdAtMillis when S3 began to list, since the epoch
 * @param files the data files
 */
record InventoryManifest(
    String sourceBucket,
    Format format,
    List<String> columns,
    long createdAtMillis,
    List<DataFile> files) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * A file of the list.
   *
   * @param key in the bucket that the inventory was delivered to
   * @param sizeBytes as delivered, or -1 where that isn't said
   */
  record DataFile(String key, long sizeBytes) {}

  /** What the data files are. */
  enum Format {
    /** With neither header nor decoded keys. */
    CSV,
    ORC,
    PARQUET
  }

  /**
   * Reads the manifest.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  static InventoryManifest parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      Format format = format(text(json, "fileFormat"));
      List<String> columns =
          format == Format.CSV
              ? Arrays.stream(text(json, "fileSchema").split(","))
                  .map(InventoryManifest::column)
                  .toList()
              : List.of();
      requireOneOfEach(columns);
      List<DataFile> files = new ArrayList<>();
      for (JsonNode file : json.path("files")) {
        files.add(new DataFile(text(file, "key"), file.path("size").asLong(-1)));
      }
      if (!json.path("files").isArray()) {
        throw new IllegalArgumentException("it has no files");
      }
      return new InventoryManifest(
          text(json, "sourceBucket"),
          format,
          columns,
          Long.parseLong(text(json, "creationTimestamp")),
          files);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns a column's name as all formats have it: CSV's {@code IsLatest} is is_latest in ORC. */
  static String column(String written) {
    return written.strip().replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** Throws an exception that says which column is there twice. */
  static void requireOneOfEach(Collection<String> columns) {
    Set<String> names = new HashSet<>();
    for (String column : columns) {
      if (!names.add(column)) {
        throw new IllegalArgumentException("it has the column " + column + " twice");
      }
    }
  }

  private static Format format(String written) {
    for (Format format : Format.values()) {
      if (format.name().equalsIgnoreCase(written)) {
        return format;
      }
    }
    throw new IllegalArgumentException("its fileFormat is '" + written + "'");
  }

  private static String text(JsonNode json, String field) {
    String text = json.path(field).asText("");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it has no " + field);
    }
    return text;
  }
}
