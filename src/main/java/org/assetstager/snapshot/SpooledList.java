package org.assetstager.snapshot;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunFolder;
import org.assetstager.spark.PlainFiles;

/** A list of files that came by standard input, in a file that the executors see too. */
final class SpooledList {
  /** Names standard input on a command line. */
  static final String STANDARD_INPUT = "-";

  /** Its name in the folder of the steps. */
  static final String FILE = "list";

  private SpooledList() {}

  /** Returns where it is. */
  static String path(RunFolder folder) {
    return new Path(folder.location(), FILE).toString();
  }

  /**
   * Writes it.
   *
   * @param in is read to its end
   * @throws JobFailure if the file system refuses, or has such a file
   */
  static void write(RunFolder folder, InputStream in) {
    Path file = new Path(path(folder));
    try (FSDataOutputStream out = PlainFiles.of(file, folder.configuration()).create(file, false)) {
      in.transferTo(out);
    } catch (IOException | FSError e) {
      throw JobFailure.system(
          "Can't write the list from standard input to " + file + ": " + e.getMessage(),
          "Check the free space and the rights of --out, remove that folder, and start the snapshot"
              + " again",
          e instanceof Exception cause ? cause : new IOException(e));
    }
  }
}
