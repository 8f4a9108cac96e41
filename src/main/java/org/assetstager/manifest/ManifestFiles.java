package org.assetstager.manifest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.spark.PlainFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the files that {@code --manifest} names, on any Hadoop file system. */
public final class ManifestFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestFiles.class);
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
   * Returns how many rows the folder of a {@link Format#SUCCESS} has, by that file.
   *
   * @throws JobFailure if it can't be read, or isn't as it was
   */
  public static long rowsBeside(ManifestFile success, Configuration conf) {
    try {
      Path path = new Path(success.path());
      return ManifestCounts.read(PlainFiles.of(path, conf).getFileStatus(path), conf)
          .orElseThrow(() -> new IOException("it says nothing"))
          .rows();
    } catch (IOException e) {
      throw JobFailure.input(
          "The manifest's " + success.path() + " can't be read any more: " + e.getMessage(),
          "Put it back as it was, or start a new run",
          e);
    }
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
        FileSystem system = PlainFiles.of(path, conf);
        if (system instanceof RawLocalFileSystem) {
          // An NFS client asks the server then.
          PlainFiles.open(path, 0, conf).close();
        }
        now.add(ManifestFile.of(system.getFileStatus(path), file.format()));
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
    Path path = PlainFiles.named("The manifest", text, configuration);
    FileSystem files = PlainFiles.of(path, configuration);
    // A name with glob characters may be a real name too, and one that is named isn't judged by it.
    List<FileStatus> matches =
        files.exists(path) ? List.of(files.getFileStatus(path)) : globbed(files, path);
    if (matches.isEmpty()) {
      throw missing(text);
    }
    for (FileStatus match : matches) {
      if (ama) {
        addAma(files, match);
      } else if (match.isDirectory()) {
        addFolder(files, match.getPath());
      } else {
        addFile(files, match);
      }
    }
  }

  private static List<FileStatus> globbed(FileSystem files, Path pattern) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    for (FileStatus match : PathPattern.matches(files, pattern)) {
      String name = match.getPath().getName();
      if (match.isDirectory()) {
        ManifestFolder.requireNoLog(match.getPath());
      }
      if (match.isDirectory() ? ManifestNames.isForeign(name) : ManifestNames.isMarker(name)) {
        LOG.info("No file of the manifest {}, by its name: {}", pattern, match.getPath());
      } else {
        found.add(match);
      }
    }
    return found;
  }

  private void addFile(FileSystem files, FileStatus file) throws IOException {
    ManifestFile.requireRegular(file);
    ManifestFile.requireClosed(files, file);
    if (file.getLen() == 0) {
      throw ManifestFile.empty(file.getPath());
    }
    add(file);
  }

  private void add(FileStatus file) {
    String name = file.getPath().getName().toLowerCase(Locale.ROOT);
    if (UNREADABLE_SUFFIXES.stream().anyMatch(name::endsWith)) {
      throw JobFailure.input(
          "The manifest " + file.getPath() + " is in a format that the job doesn't read",
          "Use JSON Lines (plain, .gz or .zst) or Parquet");
    }
    put(ManifestFile.of(file, ManifestFile.formatOf(name)));
  }

  private void addFolder(FileSystem files, Path folder) throws IOException {
    for (FileStatus file : ManifestFolder.of(files, folder).files()) {
      if (file.getPath().getName().equals(ManifestNames.SUCCESS)) {
        put(ManifestFile.of(file, Format.SUCCESS));
      } else {
        add(file);
      }
    }
  }

  private void addAma(FileSystem files, FileStatus manifest) throws IOException {
    if (manifest.isDirectory()) {
      throw JobFailure.input(
          "The AMA manifest " + manifest.getPath() + " is a folder",
          "Name the file <root>/.asset/manifests/<asset id>/<version>.json");
    }
    ManifestFile.requireRegular(manifest);
    ManifestFile.requireClosed(files, manifest);
    AmaLocations locations = AmaLocations.of(manifest.getPath().toString());
    put(ManifestFile.of(manifest, Format.AMA));
    Path states = new Path(locations.states());
    if (!files.exists(states)) {
      throw JobFailure.input(
          "The AMA manifest " + manifest.getPath() + " has no states: " + states + " is missing",
          "Restore it: without it, every object would look as if nobody had added it");
    }
    FileStatus ofStates = files.getFileStatus(states);
    ManifestFile.requireRegular(ofStates);
    put(ManifestFile.of(ofStates, Format.AMA_STATES));
    Path stats = new Path(locations.fileStats());
    if (files.exists(stats)) {
      FileStatus ofStats = files.getFileStatus(stats);
      ManifestFile.requireRegular(ofStats);
      put(ManifestFile.of(ofStats, Format.AMA_STATS));
    }
  }

  private void put(ManifestFile file) {
    found.put(file.path(), file);
  }
}
