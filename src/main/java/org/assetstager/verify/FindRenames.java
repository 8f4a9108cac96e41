package org.assetstager.verify;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.spark.RecordCodec;

/**
 * Looks for the new paths of missing files, in a second step over the missing rows only; section 3
 * of the design. A file that is a row of the manifest itself is no rename.
 */
public final class FindRenames {
  /** The codec of what is found. */
  public static final RecordCodec<Renamed> RENAMES = RecordCodec.of(Renamed.class);

  static final RecordCodec<FoundFile> FOUND = RecordCodec.of(FoundFile.class);

  private FindRenames() {}

  /** Returns the verified rows whose file is missing. */
  public static Dataset<Row> missing(Dataset<Row> verified) {
    return verified.filter(col("verdict").equalTo(Verdict.DELETED.name()));
  }

  /**
   * Finds renames.
   *
   * @param verified all rows
   * @param where not {@link FindRenamed#OFF}
   * @return rows of {@link #RENAMES}, at most one for each missing row
   */
  public static Dataset<Row> find(Dataset<Row> verified, FindRenamed where, ExecutorChecks checks) {
    Dataset<Row> missing = missing(verified);
    Column directory =
        where == FindRenamed.ROOT
            ? lit("")
            : when(
                    col("path").contains("/"),
                    functions.expr("left(path, length(path) - length(name) - 1)"))
                .otherwise(lit(""));
    Dataset<Row> directories =
        missing
            .withColumn("name", substring_index(col("path"), "/", -1))
            .select(col("root"), directory.as("directory"))
            .distinct();
    Dataset<Row> found =
        directories.mapPartitions(new ListDirectories(where, checks), FOUND.encoder());
    Dataset<Row> strangers =
        found.join(
            verified.select(col("root").as("known_root"), col("path").as("known_path")),
            col("found_root")
                .equalTo(col("known_root"))
                .and(col("found_path").equalTo(col("known_path"))),
            "left_anti");
    // A row may name a file by way of a link to its directory. One that has no other hard link has
    // no other path either.
    Dataset<Row> unclaimed =
        strangers.join(
            verified
                .filter(col("inode").isNotNull())
                .select(col("root").as("claimed_root"), col("inode").as("claimed_inode")),
            col("found_root")
                .equalTo(col("claimed_root"))
                .and(col("found_inode").equalTo(col("claimed_inode")))
                .and(col("found_link_count").equalTo(lit(1))),
            "left_anti");
    Column sameFile =
        col("root")
            .equalTo(col("found_root"))
            .and(col("stored_inode").equalTo(col("found_inode")))
            .and(col("stored_size").equalTo(col("found_size")));
    Dataset<Row> pairs = VerifyFiles.VERIFIED.select(missing).join(unclaimed, sameFile);
    return RENAMES.select(
        pairs
            .filter(new SameFacts())
            .groupBy("manifest_file", "manifest_position")
            .agg(min("found_path").as("new_path"))
            .withColumnRenamed("manifest_file", "missing_file")
            .withColumnRenamed("manifest_position", "missing_position"));
  }

  /** Gives the missing rows that were found their new verdict and path. */
  public static Dataset<Row> apply(Dataset<Row> verified, Dataset<Row> renames) {
    Column sameRow =
        col("manifest_file")
            .equalTo(col("missing_file"))
            .and(col("manifest_position").equalTo(col("missing_position")));
    Column found = col("new_path").isNotNull();
    Dataset<Row> renamed =
        missing(verified)
            .join(renames, sameRow, "left_outer")
            .withColumn(
                "verdict", when(found, lit(Verdict.RENAMED.name())).otherwise(col("verdict")))
            .withColumn("renamed_to", col("new_path"));
    return verified
        .filter(col("verdict").notEqual(Verdict.DELETED.name()))
        .union(VerifyFiles.VERIFIED.select(renamed));
  }

  /** Keeps pairs of a missing row and a file whose facts are those stored. */
  static final class SameFacts implements FilterFunction<Row> {
    @Override
    public boolean call(Row pair) {
      VerifiedRow missing = VerifyFiles.VERIFIED.fromRow(pair);
      FoundFile found = FOUND.fromRow(pair, VerifyFiles.VERIFIED.schema().length());
      return MetadataCheck.isRenamed(missing.row(), found.facts());
    }
  }
}
