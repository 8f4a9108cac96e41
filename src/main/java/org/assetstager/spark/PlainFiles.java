package org.assetstager.spark;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Hadoop's file systems and paths, for files of any name: a name may have a colon, where Hadoop
 * looks for a scheme.
 */
public final class PlainFiles {
  private PlainFiles() {}

  /**
   * Returns the file system of a path, without the checksum files that Hadoop keeps beside local
   * files: it can't name one for a file that has a colon in its name, and one is out of date as
   * soon as something else writes the file.
   *
   * @throws IOException if there is no such file system
   */
  public static FileSystem of(Path path, Configuration configuration) throws IOException {
    FileSystem files = path.getFileSystem(configuration);
    return files instanceof ChecksumFileSystem local ? local.getRawFileSystem() : files;
  }

  /**
   * Returns the path that a user names. What no scheme can be is a part of the file's name.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public static Path path(String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      return new Path(null, null, text);
    }
  }

  /** Returns what a folder has under a relative name, which may be of several parts. */
  public static Path child(Path folder, String name) {
    return new Path(folder, new Path(null, null, name));
  }
}
