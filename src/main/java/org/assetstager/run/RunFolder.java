package org.assetstager.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.spark.util.SerializableConfiguration;
import org.assetstager.asset.JobFailure;

/**
 * The folder of one run, {@code <ledger.path>/run_id=<id>/}, on a file system that driver and
 * executors share; section 6 of the design. Everything that a run writes is below it.
 */
public final class RunFolder implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String PREFIX = "run_id=";

  private final String location;
  private final SerializableConfiguration configuration;

  /**
   * Names a run's folder; nothing is touched.
   *
   * @param ledgerPath a Hadoop path, with its scheme
   * @param runId the run's id
   */
  public RunFolder(String ledgerPath, String runId, Configuration configuration) {
    this(new Path(new Path(ledgerPath), PREFIX + runId).toString(), configuration);
  }

  /** Names a run's folder by its own path. */
  public RunFolder(String location, Configuration configuration) {
    this.location = location;
    this.configuration = new SerializableConfiguration(configuration);
  }

  /**
   * Returns the folders of all runs, in the order of their names.
   *
   * @param ledgerPath a Hadoop path, with its scheme
   * @throws JobFailure of kind INPUT if there is no such folder
   */
  public static List<RunFolder> below(String ledgerPath, Configuration configuration) {
    try {
      Path path = new Path(ledgerPath);
      return Arrays.stream(path.getFileSystem(configuration).listStatus(path))
          .filter(FileStatus::isDirectory)
          .map(FileStatus::getPath)
          .filter(folder -> folder.getName().startsWith(PREFIX))
          .map(folder -> new RunFolder(folder.toString(), configuration))
          .sorted(Comparator.comparing(RunFolder::location))
          .toList();
    } catch (FileNotFoundException e) {
      throw JobFailure.input(
          "There is no folder " + ledgerPath, "Name the ledger.path of your settings", e);
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't list the ledgers in " + ledgerPath + ": " + e.getMessage(),
          "Check that the driver may read there",
          e);
    }
  }

  /** Returns the folder's own name, {@code run_id=<id>}. */
  public String name() {
    return new Path(location).getName();
  }

  /** Returns the folder's path, with its scheme. */
  public String location() {
    return location;
  }

  /** Returns the settings of the file system, for readers and writers on executors too. */
  public Configuration configuration() {
    return configuration.value();
  }

  /** Returns the folder that holds the ledger's Parquet files. */
  public Path ledger() {
    return child("ledger");
  }

  Path child(String name) {
    return new Path(location, name);
  }

  FileSystem files() throws IOException {
    return LocalFiles.inPlaceOf(new Path(location).getFileSystem(configuration()));
  }

  /** Whether the folder is there. */
  public boolean exists() {
    return exists(".");
  }

  /** Whether there is something under a name. */
  public boolean exists(String name) {
    try {
      return files().exists(child(name));
    } catch (IOException e) {
      throw unusable("read", e);
    }
  }

  /**
   * Makes the folder, if it isn't there.
   *
   * @throws JobFailure if that is refused
   */
  public void create() {
    try {
      if (!files().mkdirs(new Path(location))) {
        throw new IOException("the file system doesn't say why");
      }
    } catch (IOException e) {
      throw unusable("create", e);
    }
  }

  /** How many files there are, and how large they are together. */
  public record Usage(long files, long bytes) {
    /** No files. */
    public static final Usage NOTHING = new Usage(0, 0);
  }

  /** Counts the files in a folder of the run, at every depth; none where it isn't there. */
  public Usage usage(String name) {
    try {
      ContentSummary summary = files().getContentSummary(child(name));
      return new Usage(summary.getFileCount(), summary.getLength());
    } catch (FileNotFoundException e) {
      return Usage.NOTHING;
    } catch (IOException e) {
      throw unusable("read", e);
    }
  }

  /**
   * Removes a file or folder of the run, if it is there.
   *
   * @return whether it was
   */
  public boolean delete(String name) {
    try {
      return files().delete(child(name), true);
    } catch (IOException e) {
      throw unusable("clear", e);
    }
  }

  /** Returns what is in a folder of the run; nothing where it isn't there. */
  public List<FileStatus> list(String name) {
    try {
      return List.of(files().listStatus(child(name)));
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw unusable("list", e);
    }
  }

  /**
   * Writes a small text file, complete or not at all.
   *
   * @param name relative to the folder
   */
  public void writeText(String name, String text) {
    try {
      Path file = child(name);
      FileSystem files = plainFiles();
      if (files.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM)) {
        // An object store shows what is written once it is closed.
        write(files, file, text);
      } else {
        Path temporary = temporary(file);
        write(files, temporary, text);
        replace(files, temporary, file);
      }
    } catch (IOException e) {
      throw unusable("write to", e);
    }
  }

  /**
   * Writes a record as a JSON file if nothing has its name, whole and in one step: of several
   * drivers, on several hosts, one succeeds.
   *
   * @return whether it was written; empty where that isn't known to be possible, as in object
   *     stores. After a lost answer of a file server it may be false all the same
   */
  Optional<Boolean> writeNew(String name, Object value) {
    try {
      FileSystem files = plainFiles();
      return files instanceof DistributedFileSystem hdfs
          ? Optional.of(writeNew(hdfs, child(name), json(value)))
          : LocalFiles.writeNew(files, child(name), json(value));
    } catch (IOException e) {
      throw unusable("write to", e);
    }
  }

  /** A name node's rename takes no name that is in use, and is one step. */
  private static boolean writeNew(DistributedFileSystem files, Path file, String text)
      throws IOException {
    Path temporary = temporary(file);
    write(files, temporary, text);
    try {
      files.rename(temporary, file, Options.Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException e) {
      files.delete(temporary, false);
      return false;
    }
  }

  /** Two drivers may write the same file: each has a temporary one of its own. */
  private static Path temporary(Path file) {
    return file.suffix("." + UUID.randomUUID() + ".new");
  }

  /**
   * Returns the file system without the checksum files that Hadoop keeps beside local ones: a file
   * and its checksum can't be replaced in one step, so two drivers could leave those of both.
   */
  private FileSystem plainFiles() throws IOException {
    return files() instanceof ChecksumFileSystem local ? local.getRawFileSystem() : files();
  }

  private static void write(FileSystem files, Path file, String text) throws IOException {
    try (OutputStream out = files.create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (FSError e) {
      throw refused(e);
    }
  }

  /** Hadoop's local file system says by an Error that it can't write, as on a full disk. */
  static IOException refused(FSError error) {
    return new IOException(Objects.requireNonNullElse(error.getCause(), error).getMessage(), error);
  }

  private void replace(FileSystem files, Path temporary, Path file) throws IOException {
    if (files instanceof DistributedFileSystem hdfs) {
      hdfs.rename(temporary, file, Options.Rename.OVERWRITE);
    } else if (!(files instanceof RawLocalFileSystem)) {
      // A FileContext wants the host that a path may leave to the settings.
      Path target = files.makeQualified(file);
      FileContext.getFileContext(target.toUri(), configuration())
          .rename(files.makeQualified(temporary), target, Options.Rename.OVERWRITE);
    } else if (!files.rename(temporary, file)) {
      // As rename(2), in one step; a FileContext would delete the old file before.
      throw new IOException(temporary + " can't take the place of " + file);
    }
  }

  /** Reads a small text file; empty where it isn't there. */
  public Optional<String> readText(String name) {
    try (InputStream in = plainFiles().open(child(name))) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unusable("read", e);
    }
  }

  /** Writes a record as a JSON file, complete or not at all. */
  public void writeJson(String name, Object value) {
    writeText(name, json(value));
  }

  private static String json(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Reads a JSON file that {@link #writeJson} wrote; empty where it isn't there.
   *
   * @throws JobFailure if it is no such file any more
   */
  public <T> Optional<T> readJson(String name, Class<T> type) {
    return readText(name)
        .map(
            text -> {
              try {
                return fromJson(text, type);
              } catch (JsonProcessingException e) {
                throw JobFailure.system(
                    "The record "
                        + child(name)
                        + " of the run is damaged: "
                        + e.getOriginalMessage(),
                    "Start the run again under a new run id",
                    e);
              }
            });
  }

  /**
   * Makes a record of a JSON text.
   *
   * @throws JsonProcessingException if it is none of such a record, or an empty text
   */
  public static <T> T fromJson(String text, Class<T> type) throws JsonProcessingException {
    return JSON.readValue(text, type);
  }

  private JobFailure unusable(String what, IOException cause) {
    return JobFailure.system(
        "Can't " + what + " the run's folder " + location + ": " + cause.getMessage(),
        "Check ledger.path, its free space, and that driver and executors may read, write and"
            + " delete there",
        cause);
  }
}
