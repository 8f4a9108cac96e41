package org.assetstager.manifest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;
import org.assetstager.spark.PlainFiles;

/**
 * Finds the files that match a pattern of Hadoop ({@code *}, {@code ?}, {@code [ab]}, <code>{a,b}
 * </code>). Unlike {@link FileSystem#globStatus} it also works where a name has a colon.
 */
record PathPattern(FileSystem files) {
  /**
   * Returns the files and folders that match, some perhaps twice.
   *
   * @param pattern relative to the file system's working directory, or absolute
   * @throws IOException if it is no pattern, or a folder can't be listed, or what matches can't be
   *     looked at
   */
  static List<FileStatus> matches(FileSystem files, Path pattern) throws IOException {
    Path absolute = files.makeQualified(pattern);
    List<FileStatus> found = new ArrayList<>();
    for (String expanded : GlobExpander.expand(absolute.toUri().getPath())) {
      List<String> names =
          Arrays.stream(expanded.split("/")).filter(name -> !name.isEmpty()).toList();
      new PathPattern(files).walk(files.makeQualified(new Path("/")), names, found);
    }
    return found;
  }

  private void walk(Path folder, List<String> names, List<FileStatus> found) throws IOException {
    if (names.isEmpty()) {
      found.add(files.getFileStatus(folder));
      return;
    }
    GlobFilter pattern = new GlobFilter(names.get(0));
    List<String> rest = names.subList(1, names.size());
    if (pattern.hasPattern()) {
      for (FileStatus child : PlainFiles.list(files, folder, pattern::accept)) {
        follow(child, rest, found);
      }
      return;
    }
    Path child = PlainFiles.child(folder, names.get(0).replaceAll("\\\\(.)", "$1"));
    FileStatus status;
    try {
      status = files.getFileStatus(child);
    } catch (FileNotFoundException e) {
      PlainFiles.requireAbsent(files, child);
      return;
    }
    follow(status, rest, found);
  }

  private void follow(FileStatus child, List<String> rest, List<FileStatus> found)
      throws IOException {
    if (rest.isEmpty()) {
      found.add(child);
    } else if (child.isDirectory()) {
      walk(child.getPath(), rest, found);
    }
  }
}
