package org.assetstager.run;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.ConsumerRaisingIOE;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.PlainFiles;

/** A file that a user asks for, by a path of any Hadoop file system: there whole or not at all. */
public final class NamedFile {
  private final String option;
  private final Path path;
  private final Configuration configuration;

  /**
   * Names a file; nothing is touched.
   *
   * @param option that the user names it by, for messages
   * @throws JobFailure of kind INPUT if it is no path
   */
  public NamedFile(String option, String text, Configuration configuration) {
    this.option = option;
    this.path = PlainFiles.named(option, text, configuration);
    this.configuration = configuration;
  }

  /**
   * Writes the file in the place of what has its name, if anything has.
   *
   * @throws JobFailure if it can't be written; what was there before is there still
   */
  public void replace(ConsumerRaisingIOE<OutputStream> content) {
    try {
      WholeFiles.replace(path.getFileSystem(configuration), path, content);
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't write " + option + " " + path + ": " + e.getMessage(),
          "Check that its folder is there, its rights and its free space, then run again with"
              + " --resume",
          e);
    }
  }
}
