package org.assetstager.spark;

import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;

/**
 * Paths for Spark's readers, which take a path with {@code []{}*?} in it for a pattern. A pattern
 * that names one path alone is of no use: where a name has a colon, Hadoop can't find its matches.
 */
public final class LiteralPaths {
  private LiteralPaths() {}

  /** Returns a reader that takes each path as it is. */
  public static DataFrameReader reader(SparkSession spark) {
    // DataSource.GLOB_PATHS_KEY, by which Spark itself has the files of a streaming source read.
    return spark.read().option("__globPaths__", false);
  }
}
