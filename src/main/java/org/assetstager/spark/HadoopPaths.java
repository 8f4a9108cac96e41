package org.assetstager.spark;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.assetstager.files.LocalPaths;

/** Paths that users name, on any Hadoop file system. */
public final class HadoopPaths {
  private HadoopPaths() {}

  /**
   * Makes a path of what a user wrote; a {@code ..} is taken as {@link LocalPaths} does.
   *
   * @param name of the option or setting, for the message
   * @throws org.assetstager.asset.JobFailure of kind INPUT if a {@code ..} follows no directory, or
   *     a pattern
   */
  public static Path of(String name, String text, Configuration configuration) {
    boolean local = "file".equals(FileSystem.getDefaultUri(configuration).getScheme());
    return PlainFiles.path(LocalPaths.forHadoop(name, text, local));
  }
}
