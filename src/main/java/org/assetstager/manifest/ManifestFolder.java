package org.assetstager.manifest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.PlainFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the files of a manifest folder: all files, except those that have no rows by the convention
 * of the program that writes them. It refuses names that aren't clear.
 */
final class ManifestFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestFolder.class);

  private final FileSystem fileSystem;
  private final Path folder;
  private final List<FileStatus> files = new ArrayList<>();
  private final List<FileStatus> ends = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private long emptyFiles;

  private ManifestFolder(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * Looks through a folder.
   *
   * @throws JobFailure of kind INPUT if it isn't complete, or if it isn't clear whether something
   *     belongs to the manifest
   */
  static ManifestFolder of(FileSystem fileSystem, Path folder) throws IOException {
    ManifestFolder found = new ManifestFolder(fileSystem, folder);
    found.add(found.success());
    if (!found.skipped.isEmpty()) {
      LOG.info(
          "Not read as files of the manifest {}, because of their names: {}",
          folder,
          found.skipped);
    }
    return found;
  }

  /** Returns the files to read, and each {@code _SUCCESS} that says how much they hold. */
  List<FileStatus> files() {
    return Stream.concat(files.stream(), ends.stream()).toList();
  }

  /** Adds all files, as many as {@code _SUCCESS} says, if it does. */
  private void add(FileStatus success) throws IOException {
    addTree(folder);
    Optional<ManifestCounts> counts = ManifestCounts.read(success, fileSystem.getConf());
    if (counts.isPresent()) {
      requireFiles(counts.get().files());
      ends.add(success);
    }
  }

  private FileStatus success() throws IOException {
    try {
      return fileSystem.getFileStatus(PlainFiles.child(folder, ManifestNames.SUCCESS));
    } catch (FileNotFoundException e) {
      throw JobFailure.input(
          "The manifest folder " + folder + " has no _SUCCESS, so it may not be complete",
          "Wait for its writer to finish, or name its files one by one",
          e);
    }
  }

  private void addTree(Path tree) throws IOException {
    List<FileStatus> listed = PlainFiles.list(fileSystem, tree, file -> true);
    if (!tree.equals(folder) && listed.stream().anyMatch(ManifestFolder::isMark)) {
      addNested(tree);
      return;
    }
    for (FileStatus status : listed) {
      if (status.isDirectory()) {
        addFolder(status);
      } else {
        addFile(status);
      }
    }
  }

  /** Whether a snapshot, or a writer of a whole manifest, leaves this in its folder. */
  private static boolean isMark(FileStatus status) {
    String name = status.getPath().getName();
    return status.isDirectory()
        ? ManifestNames.isOfSnapshot(name)
        : name.equals(ManifestNames.SUCCESS);
  }

  /** Adds a folder that is a manifest of its own, which must be complete too. */
  private void addNested(Path tree) throws IOException {
    ManifestFolder nested = new ManifestFolder(fileSystem, tree);
    nested.add(nested.success());
    files.addAll(nested.files);
    ends.addAll(nested.ends);
    skipped.addAll(nested.skipped);
    emptyFiles += nested.emptyFiles;
  }

  private void addFolder(FileStatus status) throws IOException {
    String name = status.getPath().getName();
    requireNoLog(status.getPath());
    if (ManifestNames.isOfSnapshot(name)) {
      return;
    }
    if (ManifestNames.isForeign(name)) {
      skipped.add(name + "/");
    } else if (ManifestNames.isHidden(name)) {
      throw unclear(status);
    } else {
      addTree(status.getPath());
    }
  }

  private void addFile(FileStatus status) {
    String name = status.getPath().getName();
    if (ManifestNames.isMarker(name)) {
      if (!name.endsWith(".crc") && !name.equals(ManifestNames.SUCCESS)) {
        skipped.add(name);
      }
      return;
    }
    ManifestFile.requireRegular(status);
    if (status.getLen() == 0) {
      requireMayBeEmpty(status);
      emptyFiles++;
    } else if (ManifestNames.isHidden(name) && !ManifestNames.isRowFile(name)) {
      throw unclear(status);
    } else {
      files.add(status);
    }
  }

  /**
   * Makes sure that a folder isn't the log of a table.
   *
   * @throws JobFailure of kind INPUT if it is: which of the files beside it count, only that says
   */
  static void requireNoLog(Path folder) {
    String owner = ManifestNames.LOGS.get(folder.getName());
    if (owner != null) {
      throw JobFailure.input(
          folder + " makes its folder " + owner + ", and only that log says which files are valid",
          "Write the manifest as plain Parquet or JSON Lines files, and name these");
    }
  }

  private JobFailure unclear(FileStatus status) {
    return JobFailure.input(
        "The manifest folder "
            + folder
            + " holds "
            + status.getPath()
            + ", whose name hides it from most programs, so it is not clear whether its rows"
            + " count",
        "Delete or rename it, or name the manifest's files one by one or by a glob");
  }

  /** Writers leave files without a byte where a task had no rows, but only of plain text. */
  private static void requireMayBeEmpty(FileStatus status) {
    if (ManifestFile.formatOf(status.getPath().getName()) != ManifestFile.Format.JSONL) {
      throw ManifestFile.empty(status.getPath());
    }
  }

  private void requireFiles(long expected) {
    long found = files.size() + emptyFiles;
    if (found != expected) {
      throw JobFailure.input(
          "The manifest folder "
              + folder
              + " has "
              + found
              + " files, but its _SUCCESS says "
              + expected,
          "Restore it, or write it again");
    }
  }
}
