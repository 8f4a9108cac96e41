package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.PlainFiles;

/**
 * The numbers of files and rows in a manifest folder, from the {@code _SUCCESS} that this job
 * wrote. The {@code _SUCCESS} of other programs is empty or has other text.
 *
 * @param files files that have rows, or may have some
 * @param rows in all of these files
 */
public record ManifestCounts(long files, long rows) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILES = "manifest_files";
  private static final String ROWS = "manifest_rows";

  /** Other writers may store a lot. */
  private static final int MOST_BYTES = 1 << 20;

  /** Returns what is to be written into the file. */
  public String toJson() {
    return JSON.createObjectNode().put(FILES, files).put(ROWS, rows) + "\n";
  }

  /**
   * Reads a file; empty where it says nothing of this kind.
   *
   * @throws JobFailure of kind INPUT if it is incomplete JSON
   */
  static Optional<ManifestCounts> read(FileStatus success, Configuration configuration)
      throws IOException {
    if (success.getLen() == 0 || success.getLen() > MOST_BYTES) {
      return Optional.empty();
    }
    String text;
    try (InputStream in = PlainFiles.open(success.getPath(), 0, configuration)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (!text.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(text);
      return json.path(FILES).canConvertToLong() && json.path(ROWS).canConvertToLong()
          ? Optional.of(new ManifestCounts(json.get(FILES).asLong(), json.get(ROWS).asLong()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      throw JobFailure.input(
          success.getPath() + " is damaged: " + e.getOriginalMessage(),
          "Write the manifest again",
          e);
    }
  }
}
