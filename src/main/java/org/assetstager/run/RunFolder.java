package org.assetstager.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.CallableRaisingIOE;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.VisibleJson;
import org.assetstager.spark.SharedConfiguration;

/**
 * The folder of one run, {@code <ledger.path>/run_id=<id>/}, on a file system that driver and
 * executors share; see "Run folder and resume" in design.md. Everything that a run writes is below
 * it.
 */
public final class RunFolder implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String PREFIX = "run_id=";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String location;
  private final SharedConfiguration configuration;

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
    this(location, new SharedConfiguration(configuration));
  }

  private RunFolder(String location, SharedConfiguration configuration) {
    this.location = location;
    this.configuration = configuration;
  }

  /** Names another folder by its own path, with the same settings of file systems. */
  public RunFolder at(String other) {
    return new RunFolder(other, configuration);
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
      SharedConfiguration shared = new SharedConfiguration(configuration);
      return Arrays.stream(list(path, path.getFileSystem(configuration)))
          .filter(FileStatus::isDirectory)
          .map(FileStatus::getPath)
          .filter(folder -> folder.getName().startsWith(PREFIX))
          .map(folder -> new RunFolder(folder.toString(), shared))
          .sorted(Comparator.comparing(RunFolder::location))
          .toList();
    } catch (FileNotFoundException e) {
      throw JobFailure.input(
          "There is no folder " + ledgerPath, "Check ledger.path in your settings", e);
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't list the ledgers in " + ledgerPath + ": " + e.getMessage(),
          "Check that the driver may read there",
          e);
    }
  }

  /** An entry that can't be looked at hides no other; the folder itself has to be there to see. */
  private static FileStatus[] list(Path ledgers, FileSystem files) throws IOException {
    try {
      return files.listStatus(ledgers);
    } catch (IOException e) {
      return LocalFiles.inPlaceOf(files).listStatus(ledgers);
    }
  }

  /** Makes up an id, of a run or of what is done about one: the time and six hex digits. */
  public static String newId(Instant now) {
    return STAMP.format(now) + "-" + UUID.randomUUID().toString().substring(0, 6);
  }

  /** Returns the folder's own name, {@code run_id=<id>}. */
  public String name() {
    return new Path(location).getName();
  }

  /** Returns the id of the run, as the folder's name has it. */
  public String runId() {
    return name().substring(PREFIX.length());
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
    return attempt("read", () -> files().exists(child(name)));
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

  /**
   * Removes a file or folder of the run, if it is there.
   *
   * @return whether it was
   */
  public boolean delete(String name) {
    return attempt("clear", () -> files().delete(child(name), true));
  }

  /** Returns what is in a folder of the run; nothing where it isn't there. */
  public List<FileStatus> list(String name) {
    return list(child(name));
  }

  /** Returns the names of what is in the folder itself; none where it isn't there. */
  Set<String> names() {
    return names(list(new Path(location)));
  }

  /** As {@link #names()}, of a folder in it. */
  Set<String> names(String name) {
    return names(list(name));
  }

  private static Set<String> names(List<FileStatus> files) {
    return files.stream().map(file -> file.getPath().getName()).collect(Collectors.toSet());
  }

  private List<FileStatus> list(Path path) {
    return attempt(
        "list",
        () -> {
          try {
            return List.of(files().listStatus(path));
          } catch (FileNotFoundException e) {
            return List.of();
          }
        });
  }

  /**
   * Writes a small text file, complete or not at all.
   *
   * @param name relative to the folder
   */
  public void writeText(String name, String text) {
    try {
      WholeFiles.replace(files(), child(name), text);
    } catch (IOException e) {
      throw unusable("write to", e);
    }
  }

  /**
   * Writes a record as a JSON file if nothing has its name, as {@link #createText}.
   *
   * @return whether it was written
   */
  public boolean create(String name, Object value) {
    return createText(name, json(value));
  }

  /**
   * Writes a small text file if nothing has its name, whole and in one step: of several drivers, on
   * several hosts, one succeeds, and the file never changes again.
   *
   * @return whether it was written. After a lost answer of a file server it may be false all the
   *     same: the file then holds what was to be written
   * @throws JobFailure of kind INPUT where the file system can't do that
   */
  public boolean createText(String name, String text) {
    return writeNew(name, text).orElseThrow(this::withoutConditions);
  }

  /** Makes a failure of a file system that can't do what {@link #createText} needs. */
  JobFailure withoutConditions() {
    return JobFailure.input(
        "ledger.path, or the --out of a snapshot, is on a file system that can't create a file only"
            + " if it isn't there: "
            + location,
        "Use a POSIX file system with hard links, HDFS, or s3a: with a store that supports"
            + " conditional writes");
  }

  /**
   * Writes a record as {@link #create} does, where that is possible.
   *
   * @return whether it was written; empty where the file system can't do that
   */
  Optional<Boolean> writeNew(String name, Object value) {
    return writeNew(name, json(value));
  }

  private Optional<Boolean> writeNew(String name, String text) {
    return attempt("write to", () -> WholeFiles.create(files(), child(name), text));
  }

  /**
   * Moves a file to where it is to be seen, unless it is there already; another driver may do the
   * same at this moment.
   *
   * @throws JobFailure if it is in neither place, or can't be moved
   */
  public void publish(String from, String to) {
    try {
      WholeFiles.moveOnce(files(), child(from), child(to));
    } catch (IOException e) {
      throw unusable("publish in", e);
    }
  }

  /** Reads a small text file; empty where it isn't there. */
  public Optional<String> readText(String name) {
    return attempt("read", () -> WholeFiles.read(files(), child(name)));
  }

  /** Writes a record as a JSON file, complete or not at all. */
  public void writeJson(String name, Object value) {
    writeText(name, json(value));
  }

  private static String json(Object value) {
    return VisibleJson.pretty(value) + "\n";
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
                throw JobFailure.last(
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

  private <T> T attempt(String what, CallableRaisingIOE<T> work) {
    try {
      return work.apply();
    } catch (IOException e) {
      throw unusable(what, e);
    }
  }

  private JobFailure unusable(String what, IOException cause) {
    return JobFailure.system(
        "Can't " + what + " the run's folder " + location + ": " + cause.getMessage(),
        "Check ledger.path, or the --out of a snapshot, its free space, and that driver and"
            + " executors may read, write and delete there",
        cause);
  }
}
