package org.assetstager.manifest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.manifest.AmaState.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests of AMA: streams the objects, the states and the stored stats, each document in
 * one task, and joins them by path and content id.
 */
record AmaManifests(SparkSession spark, ManifestRules rules) {
  /** A document's elements with the keys that they are joined by. */
  private static final StructType OBJECTS =
      new StructType()
          .add("states_file", DataTypes.StringType)
          .add("stats_file", DataTypes.StringType)
          .add("object_path", DataTypes.StringType)
          .add("object_content", DataTypes.StringType)
          .add("header", AmaHeader.CODEC.schema())
          .add("object", AmaObject.CODEC.schema());

  Dataset<Row> read(
      List<ManifestFile> manifests, List<ManifestFile> states, List<ManifestFile> stats) {
    Dataset<Row> objects = rows(manifests, new ReadAma.OfObjects(rules), OBJECTS);
    Dataset<Row> allStates =
        once(rows(states, new ReadAma.OfStates(rules), keyed(AmaState.CODEC.schema())));
    Dataset<Row> allStats =
        once(rows(stats, new ReadAma.OfStats(rules), keyed(AmaFileStats.CODEC.schema())));
    Dataset<Row> joined =
        objects
            .join(
                kind(allStates, Kind.CONTENT, "content_state"),
                on("states_file", "object_content", "content_state"),
                "left_outer")
            .join(
                kind(allStates, Kind.OBJECT, "object_state"),
                on("states_file", "object_path", "object_state"),
                "left_outer")
            .join(named(allStats, "stats"), on("stats_file", "object_path", "stats"), "left_outer");
    return joined
        .select(
            "header",
            "object",
            "content_state",
            "content_state_times",
            "object_state",
            "object_state_times",
            "stats",
            "stats_times")
        .map(new JoinAma(rules), ManifestRow.CODEC.encoder());
  }

  private Dataset<Row> rows(
      List<ManifestFile> documents, FlatMapFunction<String, Row> read, StructType schema) {
    List<String> paths = documents.stream().map(ManifestFile::path).toList();
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(paths, Math.max(1, paths.size()))
            .flatMap(read);
    return spark.createDataFrame(rows, schema);
  }

  private static StructType keyed(StructType element) {
    return new StructType()
        .add("file", DataTypes.StringType)
        .add("kind", DataTypes.StringType)
        .add("key", DataTypes.StringType)
        .add("element", element);
  }

  /** One row for each key, with how often the document has it. */
  private static Dataset<Row> once(Dataset<Row> elements) {
    return elements
        .groupBy("file", "kind", "key")
        .agg(min(col("element")).as("element"), count(lit(1)).as("times"));
  }

  private static Dataset<Row> kind(Dataset<Row> states, Kind kind, String name) {
    return named(states.filter(col("kind").equalTo(kind.name())), name);
  }

  private static Dataset<Row> named(Dataset<Row> elements, String name) {
    return elements.select(
        col("file").as(name + "_of"),
        col("key").as(name + "_key"),
        col("element").as(name),
        col("times").as(name + "_times"));
  }

  private static Column on(String file, String key, String name) {
    return col(file).equalTo(col(name + "_of")).and(col(key).equalTo(col(name + "_key")));
  }

  /** Makes a manifest row of an object and what the other documents hold of it. */
  static final class JoinAma implements MapFunction<Row, Row> {
    private final ManifestRules rules;
    private transient @Nullable AmaRows rows;

    JoinAma(ManifestRules rules) {
      this.rules = rules;
    }

    @Override
    public Row call(Row row) {
      if (rows == null) {
        rows = new AmaRows(rules.fields(FolderColumns.NONE));
      }
      return ManifestRow.CODEC.toRow(
          rows.join(
              AmaHeader.CODEC.fromRow(row.getStruct(0)),
              AmaObject.CODEC.fromRow(row.getStruct(1)),
              state(row, 2),
              state(row, 4),
              stats(row)));
    }

    private static @Nullable AmaState state(Row row, int at) {
      if (row.isNullAt(at)) {
        return null;
      }
      AmaState state = AmaState.CODEC.fromRow(row.getStruct(at));
      return row.getLong(at + 1) > 1 ? state.twice() : state;
    }

    private static @Nullable AmaFileStats stats(Row row) {
      if (row.isNullAt(6)) {
        return null;
      }
      AmaFileStats stats = AmaFileStats.CODEC.fromRow(row.getStruct(6));
      return row.getLong(7) > 1 ? stats.twice() : stats;
    }
  }
}
