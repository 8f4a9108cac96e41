package org.assetstager.pipeline;

import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.ParquetDamage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the Parquet file in an exception that Spark couldn't read to its end, and what to do: one
 * of an inventory, since Spark SQL reads no other files.
 */
final class DamagedFiles {
  /** What Spark calls it, in its list of error conditions. */
  private static final String CONDITION = "FAILED_READ_FILE";

  private DamagedFiles() {}

  /**
   * Returns the failure that an exception describes; null if nothing shows that a file is damaged:
   * the file system may have failed.
   */
  static @Nullable JobFailure explain(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Throwable reason = cause.getCause();
      if (cause instanceof SparkThrowable spark
          && String.valueOf(spark.getCondition()).startsWith(CONDITION)
          && reason != null
          && ParquetDamage.isToldBy(reason)) {
        // A URI, with what is special in URIs percent-encoded.
        Path file = new Path(URI.create(String.valueOf(spark.getMessageParameters().get("path"))));
        return JobFailure.input(
            "The file " + file + " is damaged: " + Failures.firstLine(reason),
            "Write it again",
            thrown);
      }
    }
    return null;
  }
}
