package org.assetstager.snapshot;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.spark.PlainFiles;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON Lines that a task writes, created with its first line, under a name that is never
 * used again.
 */
final class JsonLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String kind;
  private final int number;
  private final Path file;
  private final RunFolder folder;
  private @Nullable FSDataOutputStream out;
  private long rows;

  /**
   * Names a file; nothing is touched.
   *
   * @param folder of the snapshot's steps
   * @param number of the task
   */
  JsonLines(RunFolder folder, String kind, int number) {
    this.folder = folder;
    this.kind = kind;
    this.number = number;
    this.file =
        new Path(
            folder.location(),
            path(String.format(Locale.ROOT, "%s-%05d-%s.json", kind, number, UUID.randomUUID())));
  }

  /** Returns the place of a file in the folder of the steps, before it is published. */
  static String path(String name) {
    return "steps/" + SnapshotTasks.MANIFEST + "/" + name;
  }

  /**
   * Writes a line.
   *
   * @throws JobFailure if the file system refuses
   */
  void add(ObjectNode line) {
    try {
      FSDataOutputStream to = out;
      if (to == null) {
        to = PlainFiles.of(file, folder.configuration()).create(file, false);
        out = to;
      }
      to.write(JSON.writeValueAsBytes(line));
      to.write('\n');
      rows++;
    } catch (IOException | FSError e) {
      throw refused(e);
    }
  }

  /**
   * Ends the file.
   *
   * @return what to commit; null where there is no line
   */
  @Nullable StepFile finish() {
    close();
    return rows == 0 ? null : new StepFile(kind, number, file.getName(), rows, 0, Map.of());
  }

  /** An unfinished file stays, but nobody reads it. */
  @Override
  public void close() {
    FSDataOutputStream open = out;
    out = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException | FSError e) {
        throw refused(e);
      }
    }
  }

  private JobFailure refused(Throwable e) {
    return JobFailure.system(
        "Can't write " + file + ": " + e.getMessage(),
        "Check the free space and the rights of --out, then run again with --resume",
        e instanceof Exception cause ? cause : new IOException(e));
  }
}
