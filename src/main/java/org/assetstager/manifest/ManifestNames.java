package org.assetstager.manifest;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The meaning of file and folder names in a manifest. */
final class ManifestNames {
  /** Written last by Spark's and Hadoop's jobs, in the folder that is complete then. */
  static final String SUCCESS = "_SUCCESS";

  /** Files of Hadoop, Spark, Parquet and desktops beside those that have rows. */
  private static final Pattern MARKER =
      Pattern.compile(
          "_SUCCESS|_metadata|_common_metadata|_(started|committed)_[0-9]+|\\..*\\.crc|\\.DS_Store");

  /** Folders that say which of the files beside them count, and what they make of their folder. */
  static final Map<String, String> LOGS =
      Map.of("_delta_log", "a Delta table", "_spark_metadata", "the output of a streaming query");

  /** Folders of writers. */
  private static final Set<String> FOREIGN_FOLDERS = Set.of("_temporary", "_metadata");

  /** Folders of a snapshot: its steps, and what it skipped. */
  private static final Set<String> OF_SNAPSHOT = Set.of("_snapshot", "_skipped");

  /** Left behind by interrupted jobs. */
  private static final Pattern LEFT_OVER =
      Pattern.compile("(\\.spark-staging|\\.hive-staging|__magic).*");

  private static final Pattern ROW_FILE =
      Pattern.compile(".*\\.(parquet|jsonl?|ndjson|gz|zstd?)", Pattern.CASE_INSENSITIVE);

  private ManifestNames() {}

  /** Whether a file of this name, by its writer's convention, has no rows. */
  static boolean isMarker(String file) {
    return MARKER.matcher(file).matches();
  }

  /** Whether {@code snapshot} has written a folder of this name, beside its manifest. */
  static boolean isOfSnapshot(String folder) {
    return OF_SNAPSHOT.contains(folder);
  }

  /** Whether a folder of this name, by its writer's convention, has no files of the manifest. */
  static boolean isForeign(String folder) {
    return isOfSnapshot(folder)
        || FOREIGN_FOLDERS.contains(folder)
        || LEFT_OVER.matcher(folder).matches();
  }

  /** Whether others than this job pass over what has this name. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
  }

  /** Whether a name says that the file has rows in a format that the job reads. */
  static boolean isRowFile(String file) {
    return ROW_FILE.matcher(file).matches();
  }
}
