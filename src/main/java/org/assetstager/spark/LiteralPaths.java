package org.assetstager.spark;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Paths for Spark's readers, which take a path with {@code []{}*?} in it for a pattern. */
public final class LiteralPaths {
  private static final Pattern SPECIAL = Pattern.compile("[\\\\*?\\[\\]{}]");

  private LiteralPaths() {}

  /**
   * Reads files or folders, each path as it is.
   *
   * @param format such as {@code DataFrameReader::parquet}
   * @param paths at least one
   */
  public static Dataset<Row> read(
      DataFrameReader reader,
      BiFunction<DataFrameReader, String[], Dataset<Row>> format,
      String... paths) {
    boolean patterns = Arrays.stream(paths).anyMatch(path -> SPECIAL.matcher(path).find());
    if (!patterns) {
      return format.apply(reader, paths);
    }
    if (paths.length > 1 && Arrays.stream(paths).noneMatch(LiteralPaths::hasColon)) {
      String[] escaped =
          Arrays.stream(paths)
              .map(path -> SPECIAL.matcher(path).replaceAll("\\\\$0"))
              .toArray(String[]::new);
      return format.apply(reader, escaped);
    }
    // In a name with a colon Hadoop can't find the matches of a pattern. DataSource.GLOB_PATHS_KEY,
    // by which Spark itself has the files of a streaming source read, is right for one path: of
    // several with such characters it reads each as often as there are.
    DataFrameReader single = reader.option("__globPaths__", false);
    return Arrays.stream(paths)
        .map(path -> format.apply(single, new String[] {path}))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  /** Besides that of the scheme. */
  private static boolean hasColon(String path) {
    return path.indexOf(':', path.indexOf(":/") + 1) >= 0;
  }
}
