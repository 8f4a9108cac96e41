package org.assetstager.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Turns verified rows and listings into a plan: one row for each content, with one row of the
 * manifest to stand for all of its rows.
 */
public final class UploadPlanner {
  /** The codec of contents. */
  public static final RecordCodec<Content> CONTENTS = RecordCodec.of(Content.class);

  /** The codec of the plan's rows. */
  public static final RecordCodec<PlannedContent> PLAN = RecordCodec.of(PlannedContent.class);

  /** What the row that stands for a content brings along, its order first. */
  private static final String[] REPRESENTATIVE = {
    "manifest_file",
    "manifest_position",
    "root",
    "path",
    "size",
    "modified_at_nanos",
    "inode",
    "digested",
    "part_size",
    "part_md5s"
  };

  private UploadPlanner() {}

  /** Returns the verified rows whose content may have to be staged. */
  public static Dataset<Row> candidates(Dataset<Row> verified) {
    return verified.filter(col("verdict").equalTo(Verdict.UNCHANGED.name()));
  }

  /**
   * Groups candidates by content: {@code top_hash}, {@code md5} and the columns of the row with the
   * least manifest file and position. Equal rows are combined before they are sent to another task,
   * so that a content of millions of rows costs no more than others.
   */
  public static Dataset<Row> contents(Dataset<Row> candidates) {
    Column[] representative =
        Arrays.stream(REPRESENTATIVE).map(functions::col).toArray(Column[]::new);
    // The MD5 first: rows are sorted by it, and its first bytes tell nearly all of them apart.
    Dataset<Row> grouped =
        candidates.groupBy("md5", "top_hash").agg(min(struct(representative)).as("representative"));
    return CONTENTS.select(grouped.select("top_hash", "md5", "representative.*"));
  }

  /**
   * Joins contents with what the two sides hold.
   *
   * @param contents as {@link #contents} makes them
   * @param remote distinct by top hash and MD5
   * @param staging distinct by top hash and MD5
   */
  public static Dataset<Row> plan(
      Dataset<Row> contents, Dataset<Row> remote, Dataset<Row> staging) {
    Dataset<Row> joined =
        contents
            .join(side(remote, "remote"), key("remote"), "left_outer")
            .join(side(staging, "staging"), key("staging"), "left_outer");
    return PLAN.select(joined);
  }

  private static Dataset<Row> side(Dataset<Row> listing, String name) {
    return listing.select(
        col("top_hash").as(name + "_top_hash"),
        col("md5").as(name + "_md5"),
        col("size").as(name + "_size"),
        col("etag").as(name + "_etag"));
  }

  private static Column key(String name) {
    return col("md5")
        .equalTo(col(name + "_md5"))
        .and(col("top_hash").equalTo(col(name + "_top_hash")));
  }

  /**
   * Whether a row of the plan has to be proved or uploaded; reads no more of it than that needs.
   */
  public static Column toUpload() {
    return udf(new ToUpload(), DataTypes.BooleanType)
        .apply(
            col("md5"), col("size"), col("remote_size"), col("staging_size"), col("staging_etag"));
  }

  /** Decides by what {@link Exclusion} needs. */
  static final class ToUpload implements UDF5<String, Long, Long, Long, String, Boolean> {
    @Override
    public Boolean call(
        String md5,
        Long size,
        @Nullable Long remoteSize,
        @Nullable Long stagingSize,
        @Nullable String stagingEtag) {
      return switch (Exclusion.of(md5, size, remoteSize, stagingSize, stagingEtag)) {
        case PROVE, UPLOAD -> true;
        case KNOWN_REMOTE, KNOWN_STAGING, CONFLICT -> false;
      };
    }
  }
}
