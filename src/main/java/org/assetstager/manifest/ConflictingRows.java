package org.assetstager.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * Added rows for one file whose facts differ: which of them is right can't be told, so all of them
 * are bad rows; section 2 of the design. Columns are those of {@link ManifestRow}.
 */
public final class ConflictingRows {
  /** A file of an asset. */
  record FileOfAsset(String root, String path) {}

  /** The codec of what {@link #find} finds. */
  public static final RecordCodec<FileOfAsset> FILES = RecordCodec.of(FileOfAsset.class);

  private static final String FAULT =
      "the manifest has several rows for this file, and what they store about it differs";

  private ConflictingRows() {}

  /**
   * Returns the {@code root} and {@code path} of each such file, once. Runs a Spark job: few
   * manifests name a file twice, and only for those all facts are brought together.
   */
  public static Dataset<Row> find(Dataset<Row> rows) {
    Dataset<Row> added =
        rows.filter(added()).withColumn("file_hash", xxhash64(col("root"), col("path")));
    Dataset<Row> repeated =
        added.groupBy("file_hash").count().filter(col("count").gt(1)).select("file_hash");
    return repeated.isEmpty()
        ? FILES.select(rows.limit(0))
        : differing(added.join(repeated, new String[] {"file_hash"}, "left_semi"));
  }

  private static Dataset<Row> differing(Dataset<Row> rows) {
    List<Column> extremes = new ArrayList<>();
    Column differ = lit(false);
    for (Map.Entry<String, Column> fact : facts().entrySet()) {
      extremes.add(min(fact.getValue()).as("least_" + fact.getKey()));
      extremes.add(max(fact.getValue()).as("most_" + fact.getKey()));
      differ =
          differ.or(
              coalesce(
                  col("least_" + fact.getKey()).notEqual(col("most_" + fact.getKey())),
                  lit(false)));
    }
    return rows.groupBy("root", "path")
        .agg(extremes.get(0), extremes.subList(1, extremes.size()).toArray(Column[]::new))
        .filter(differ)
        .select("root", "path");
  }

  /** A fact that only some of the rows store doesn't differ; times are compared in both forms. */
  private static Map<String, Column> facts() {
    return Map.of(
        "size", col("stored_size"),
        "links", col("stored_link_count"),
        "inode", col("stored_inode"),
        "mtime_nanos", col("stored_mtime_nanos"),
        "ctime_nanos", col("stored_ctime_nanos"),
        "mtime", coalesce(col("stored_mtime_seconds"), seconds("stored_mtime_nanos")),
        "ctime", coalesce(col("stored_ctime_seconds"), seconds("stored_ctime_nanos")),
        "md5", when(col("stored_md5").isNotNull(), xxhash64(col("stored_md5"))));
  }

  private static Column seconds(String nanos) {
    return udf(new PythonSeconds(), DataTypes.DoubleType).apply(col(nanos));
  }

  /** As CPython computes {@code st_mtime} of nanoseconds: {@code sec + 1e-9 * nsec}. */
  static final class PythonSeconds implements UDF1<byte[], Double> {
    private static final BigInteger PER_SECOND = BigInteger.valueOf(1_000_000_000);

    @Override
    public @Nullable Double call(byte @Nullable [] nanos) {
      if (nanos == null) {
        return null;
      }
      BigInteger all = new BigInteger(nanos);
      BigInteger rest = all.mod(PER_SECOND);
      return all.subtract(rest).divide(PER_SECOND).doubleValue() + 1e-9 * rest.intValue();
    }
  }

  /** Makes bad rows of all rows of the files that {@link #find} found. */
  public static Dataset<Row> mark(Dataset<Row> rows, Dataset<Row> conflicts) {
    Dataset<Row> files =
        conflicts.select(col("root").as("conflict_root"), col("path").as("conflict_path"));
    Column sameFile =
        col("root").equalTo(col("conflict_root")).and(col("path").equalTo(col("conflict_path")));
    return rows.join(files, sameFile.and(added()), "left_outer")
        .withColumn(
            "fault", when(col("conflict_root").isNotNull(), lit(FAULT)).otherwise(col("fault")))
        .drop("conflict_root", "conflict_path");
  }

  private static Column added() {
    return col("fault").isNull().and(col("not_added_reason").isNull());
  }
}
