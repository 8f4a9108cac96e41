package org.assetstager.manifest;

import java.net.URI;
import java.nio.file.Files;
import java.util.Locale;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;

/**
 * One manifest file as it was when the run started.
 *
 * @param path with its scheme
 * @param lengthBytes as stored, compressed where it is compressed
 * @param version what changes when the file is written again: its ETag where the store has one,
 *     else its modification time
 */
public record ManifestFile(String path, Format format, long lengthBytes, String version) {
  /** How rows are stored. */
  public enum Format {
    /** JSON Lines, plain. */
    JSONL,
    /** JSON Lines, gzip. */
    JSONL_GZ,
    /** JSON Lines, Zstandard. */
    JSONL_ZST,
    /** Parquet. */
    PARQUET,
    /** What ends a folder that this job wrote: the numbers of its files and rows. */
    SUCCESS,
    /** An asset's manifest in a repo of AMA. */
    AMA,
    /** The states that belong to a manifest of AMA. */
    AMA_STATES,
    /** The stored stats of a repo of AMA. */
    AMA_STATS;

    /** Whether such files are named as a manifest, rather than found beside one. */
    public boolean isManifest() {
      return this != SUCCESS && this != AMA_STATES && this != AMA_STATS;
    }
  }

  /**
   * Makes sure that a manifest can be read to its end. Hadoop takes everything on a local disk for
   * a file; a FIFO waits for a writer.
   *
   * @throws JobFailure of kind INPUT if it is no regular file
   */
  static void requireRegular(FileStatus file) {
    URI uri = file.getPath().toUri();
    if ("file".equals(uri.getScheme())
        && !Files.isRegularFile(java.nio.file.Path.of(uri.getPath()))) {
      throw JobFailure.input(
          "The manifest " + file.getPath() + " is a FIFO, a socket or a device, not a file",
          "Write it to a file on a file system that driver and executors share");
    }
  }

  /** Returns the failure of a manifest that should have a byte at least. */
  static JobFailure empty(Path file) {
    return JobFailure.input(
        "The manifest " + file + " is empty (0 bytes); perhaps writing it failed",
        "Write it again. For a manifest without rows, use a folder that has only _SUCCESS");
  }

  /** Tells a row format by the file's name; every other name is JSON Lines. */
  static Format formatOf(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".parquet")) {
      return Format.PARQUET;
    } else if (lower.endsWith(".gz")) {
      return Format.JSONL_GZ;
    } else if (lower.endsWith(".zst") || lower.endsWith(".zstd")) {
      return Format.JSONL_ZST;
    }
    return Format.JSONL;
  }
}
