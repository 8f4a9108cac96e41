package org.assetstager.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LeaseRecoverable;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;
import org.assetstager.spark.PlainFiles;

/**
 * One manifest file as it was when the run started.
 *
 * @param path with its scheme
 * @param lengthBytes as stored, compressed where it is compressed
 * @param version what changes when the file is written again: its ETag where the store has one,
 *     else its modification time
 */
public record ManifestFile(String path, Format format, long lengthBytes, String version)
    implements Serializable {
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

  /** Returns the files that are of some formats. */
  static List<ManifestFile> ofFormats(Collection<ManifestFile> files, Set<Format> formats) {
    return files.stream().filter(file -> formats.contains(file.format())).toList();
  }

  /** Describes a file as a file system does. */
  static ManifestFile of(FileStatus file, Format format) {
    // Stores tell the time of an object in milliseconds in a listing, in seconds when asked for it.
    String etag = file instanceof EtagSource source ? source.getEtag() : null;
    String version = etag == null ? Long.toString(file.getModificationTime()) : etag;
    return new ManifestFile(file.getPath().toString(), format, file.getLen(), version);
  }

  /**
   * Opens the file, on any host.
   *
   * @param position the byte to begin at
   * @return closed by the caller
   * @throws IOException if it can't be opened
   * @throws JobFailure of kind INPUT if it isn't the file that it was when the run started
   */
  InputStream open(long position, Configuration configuration) throws IOException {
    Path file = new Path(path);
    InputStream in = PlainFiles.open(file, position, configuration);
    try {
      // After an open, an NFS client knows what the file is now.
      requireSame(PlainFiles.of(file, configuration).getFileStatus(file));
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Makes sure that the file is as it was when the run started.
   *
   * @throws JobFailure of kind INPUT if it isn't
   */
  void requireSame(FileStatus now) {
    if (!of(now, format).equals(this)) {
      throw JobFailure.input(
          path
              + " is not the file that it was when the job started, seen from "
              + Host.name()
              + ": it has "
              + now.getLen()
              + " bytes instead of "
              + lengthBytes
              + ", or was written at another time",
          "Wait for its writer to finish, or put it where driver and executors share it; then start"
              + " again");
    }
  }

  /**
   * Makes sure that a file isn't still being written, where the file system knows: HDFS tells the
   * length up to the last full block until its writer closes it.
   *
   * @throws IOException if the file system can't tell now
   * @throws JobFailure of kind INPUT if somebody has it open for writing
   */
  static void requireClosed(FileSystem files, FileStatus file) throws IOException {
    if (files instanceof LeaseRecoverable leases && !leases.isFileClosed(file.getPath())) {
      throw JobFailure.input(
          file.getPath() + " is still being written: its writer hasn't closed it",
          "Wait for its writer to finish. If the writer is dead: hdfs debug recoverLease -path "
              + file.getPath().toUri().getPath());
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
