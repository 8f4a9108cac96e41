package org.assetstager.manifest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.spark.HadoopPaths;

/** Finds the files that {@code --manifest} names, on any Hadoop file system. */
public final class ManifestFiles {
  private static final List<String> UNREADABLE_SUFFIXES =
      List.of(".bz2", ".xz", ".lz4", ".snappy", ".lzo", ".zip", ".7z", ".orc", ".avro", ".csv");

  private final Configuration configuration;
  private final Map<String, ManifestFile> found = new TreeMap<>();

  private ManifestFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Returns the files below paths, folders and globs, each once, ordered by path.
   *
   * @param ama whether the paths are manifests of AMA
   * @throws JobFailure if a path names nothing, or a folder that isn't complete
   */
  public static List<ManifestFile> find(
      List<String> paths, boolean ama, Configuration configuration) {
    ManifestFiles files = new ManifestFiles(configuration);
    for (String path : paths) {
      try {
        files.add(path, ama);
      } catch (FileNotFoundException e) {
        throw missing(path);
      } catch (IOException | IllegalArgumentException e) {
        throw JobFailure.input(
            "Can't read the manifest " + path + ": " + e.getMessage(),
            "Check the path, its scheme and the rights of the user who runs the job",
            e);
      }
    }
    return List.copyOf(files.found.values());
  }

  /**
   * Returns the same files as they are now.
   *
   * @throws JobFailure if one has gone
   */
  public static List<ManifestFile> lookAgain(List<ManifestFile> files, Configuration conf) {
    List<ManifestFile> now = new ArrayList<>();
    for (ManifestFile file : files) {
      try {
        Path path = new Path(file.path());
        now.add(describe(path.getFileSystem(conf).getFileStatus(path), file.format()));
      } catch (IOException e) {
        throw JobFailure.input(
            "The manifest " + file.path() + " can't be read any more: " + e.getMessage(),
            "Put it back as it was, or start a new run",
            e);
      }
    }
    return now;
  }

  private static JobFailure missing(String path) {
    return JobFailure.input(
        "The manifest " + path + " does not exist", "Check the path and its scheme");
  }

  private void add(String text, boolean ama) throws IOException {
    Path path = HadoopPaths.of("The manifest", text, configuration);
    FileSystem files = path.getFileSystem(configuration);
    // A name with glob characters may be a real name too.
    FileStatus[] matches =
        files.exists(path) ? new FileStatus[] {files.getFileStatus(path)} : files.globStatus(path);
    if (matches == null || matches.length == 0) {
      throw missing(text);
    }
    for (FileStatus match : matches) {
      if (ama) {
        addAma(files, match);
      } else if (match.isDirectory()) {
        addFolder(files, match.getPath());
      } else {
        addFile(match);
      }
    }
  }

  private void addFile(FileStatus file) throws IOException {
    requireRegular(file);
    if (file.getLen() == 0) {
      throw JobFailure.input(
          "The manifest " + file.getPath() + " is empty (0 bytes), as after a write that failed",
          "Write it again; a manifest without rows is a folder with _SUCCESS in it");
    }
    add(file);
  }

  /** Hadoop takes everything on a local disk for a file; a FIFO waits for a writer. */
  private static void requireRegular(FileStatus file) throws IOException {
    URI uri = file.getPath().toUri();
    if ("file".equals(uri.getScheme())
        && !Files.isRegularFile(java.nio.file.Path.of(uri.getPath()))) {
      throw JobFailure.input(
          "The manifest " + file.getPath() + " is a FIFO, a socket or a device, not a file",
          "Write it to a file on a file system that driver and executors share");
    }
  }

  private void add(FileStatus file) {
    String name = file.getPath().getName().toLowerCase(Locale.ROOT);
    if (UNREADABLE_SUFFIXES.stream().anyMatch(name::endsWith)) {
      throw JobFailure.input(
          "The manifest " + file.getPath() + " is in a format that the job doesn't read",
          "Use JSON Lines (plain, .gz or .zst) or Parquet");
    }
    put(describe(file, ManifestFile.formatOf(name)));
  }

  private void addFolder(FileSystem files, Path folder) throws IOException {
    if (!files.exists(new Path(folder, "_SUCCESS"))) {
      throw JobFailure.input(
          "The manifest folder " + folder + " has no _SUCCESS, so it may not be complete",
          "Wait for its writer to finish, or name its files one by one");
    }
    addTree(files, folder);
  }

  private void addTree(FileSystem files, Path folder) throws IOException {
    for (FileStatus status : files.listStatus(folder)) {
      String name = status.getPath().getName();
      if (name.startsWith("_") || name.startsWith(".")) {
        continue;
      }
      if (status.isDirectory()) {
        addTree(files, status.getPath());
      } else {
        requireRegular(status);
        if (status.getLen() > 0) {
          add(status);
        }
      }
    }
  }

  private void addAma(FileSystem files, FileStatus manifest) throws IOException {
    if (manifest.isDirectory()) {
      throw JobFailure.input(
          "The AMA manifest " + manifest.getPath() + " is a folder",
          "Name the file <root>/.asset/manifests/<asset id>/<version>.json");
    }
    requireRegular(manifest);
    AmaLocations locations = AmaLocations.of(manifest.getPath().toString());
    put(describe(manifest, Format.AMA));
    Path states = new Path(locations.states());
    if (!files.exists(states)) {
      throw JobFailure.input(
          "The AMA manifest " + manifest.getPath() + " has no states: " + states + " is missing",
          "Without it every object would look as if nobody had added it; restore it");
    }
    FileStatus ofStates = files.getFileStatus(states);
    requireRegular(ofStates);
    put(describe(ofStates, Format.AMA_STATES));
    Path stats = new Path(locations.fileStats());
    if (files.exists(stats)) {
      FileStatus ofStats = files.getFileStatus(stats);
      requireRegular(ofStats);
      put(describe(ofStats, Format.AMA_STATS));
    }
  }

  private void put(ManifestFile file) {
    found.put(file.path(), file);
  }

  private static ManifestFile describe(FileStatus file, Format format) {
    // Stores tell the time of an object in milliseconds in a listing, in seconds when asked for it.
    String etag = file instanceof EtagSource source ? source.getEtag() : null;
    String version = etag == null ? Long.toString(file.getModificationTime()) : etag;
    return new ManifestFile(file.getPath().toString(), format, file.getLen(), version);
  }
}
