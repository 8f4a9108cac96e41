package org.assetstager.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.spark.PlainFiles;

/** Finds out on which lines of manifest files rows begin, as people and editors count them. */
public final class ManifestLines {
  /** A second of reading. */
  private static final long MOST_BYTES = 256 << 20;

  private static final int CHUNK_BYTES = 1 << 20;

  private final Configuration configuration;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private long left = MOST_BYTES;

  private ManifestLines(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Reads files up to the rows.
   *
   * @param positions of rows by file, as ledgers have them
   * @return places such as {@code line 17}, counted from 1, by file and position. Left out are rows
   *     of files that can't be read any more, or that it would take more than a moment to find
   */
  public static Map<String, Map<Long, String>> of(
      Map<String, ? extends SortedSet<Long>> positions, Configuration configuration) {
    ManifestLines lines = new ManifestLines(configuration);
    Map<String, Map<Long, String>> places = new HashMap<>();
    positions.forEach(
        (file, ofFile) -> {
          Map<Long, String> found = places.computeIfAbsent(file, any -> new HashMap<>());
          if (isLines(file)) {
            lines.find(file, ofFile, found);
          } else {
            ofFile.forEach(position -> found.put(position, "row " + (position + 1)));
          }
        });
    return places;
  }

  /** An asset's manifest in a repo of AMA is one JSON document. */
  private static boolean isLines(String file) {
    return ManifestFile.formatOf(file) != Format.PARQUET && !file.contains("/.asset/manifests/");
  }

  private void find(String file, SortedSet<Long> positions, Map<Long, String> found) {
    try (InputStream in =
        Compression.decompress(file, PlainFiles.open(new Path(file), 0, configuration))) {
      long at = 0;
      long line = 1;
      for (long position : positions) {
        while (at < position) {
          int wanted = (int) Math.min(Math.min(chunk.length, position - at), left);
          int read = in.readNBytes(chunk, 0, wanted);
          if (read == 0) {
            return;
          }
          for (int i = 0; i < read; i++) {
            line += chunk[i] == '\n' ? 1 : 0;
          }
          at += read;
          left -= read;
        }
        found.put(position, "line " + line);
      }
    } catch (IOException | JobFailure unreadable) {
      // The ledger has the position.
      return;
    }
  }
}
