package org.assetstager.catalog;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.catalog.InventoryManifest.Format;
import org.assetstager.settings.BucketSettings;
import org.assetstager.spark.HadoopPaths;
import org.assetstager.spark.LiteralPaths;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a bucket held when S3 made an inventory of it. */
final class Inventory {
  private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);

  private final SparkSession spark;
  private final BucketSettings bucket;
  private final Path location;

  /**
   * Names an inventory; nothing is read.
   *
   * @param location of its {@code manifest.json}
   * @param bucket that it must be about
   */
  Inventory(SparkSession spark, String location, BucketSettings bucket) {
    this.spark = spark;
    this.bucket = bucket;
    this.location =
        HadoopPaths.of("The inventory", location, spark.sparkContext().hadoopConfiguration());
  }

  /**
   * Returns the contents that it names, a row for each latest version that is no delete marker.
   *
   * @throws JobFailure of kind INPUT if the inventory is of another bucket, or can't be used
   */
  Dataset<Row> contents() {
    InventoryManifest manifest = manifest();
    Duration age =
        Duration.between(Instant.ofEpochMilli(manifest.createdAtMillis()), Instant.now());
    LOG.info(
        "The inventory {} of {} is {} hours old; what came to the bucket since isn't in it",
        location,
        manifest.sourceBucket(),
        age.toHours());
    if (manifest.files().isEmpty()) {
      return spark.createDataFrame(List.of(), ListBuckets.KNOWN.schema());
    }
    Dataset<Row> objects = objects(manifest, files(manifest));
    return objects.flatMap(
        new InventoryKeys(bucket.prefix(), manifest.format() == Format.CSV),
        ListBuckets.KNOWN.encoder());
  }

  private InventoryManifest manifest() {
    InventoryManifest manifest;
    try (InputStream in = files().open(location)) {
      manifest = InventoryManifest.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      throw unusable("it does not exist", e);
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
    if (!manifest.sourceBucket().equals(bucket.bucket())) {
      throw unusable(
          "it is of the bucket '"
              + manifest.sourceBucket()
              + "', not of '"
              + bucket.bucket()
              + "'");
    }
    return manifest;
  }

  private FileSystem files() throws IOException {
    return location.getFileSystem(configuration());
  }

  private Configuration configuration() {
    return spark.sessionState().newHadoopConf();
  }

  /** Returns the data files' paths, as patterns that name nothing but them. */
  private String[] files(InventoryManifest manifest) {
    try {
      Path root = root(manifest.files().get(0));
      return LiteralPaths.of(
          manifest.files().stream().map(key -> new Path(root, key).toString()).toList());
    } catch (IOException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
  }

  /** Keys are relative to the bucket, or to the folder that it was copied to. */
  private Path root(String firstKey) throws IOException {
    Path root = location.getParent();
    while (root != null && !files().exists(new Path(root, firstKey))) {
      root = root.getParent();
    }
    if (root == null) {
      throw new FileNotFoundException("its file " + firstKey + " is missing");
    }
    return root;
  }

  /** Returns key, size and ETag of each object. */
  private Dataset<Row> objects(InventoryManifest manifest, String[] files) {
    Dataset<Row> rows =
        switch (manifest.format()) {
          case CSV -> {
            StructType columns = new StructType();
            for (String column : manifest.columns()) {
              columns = columns.add(column, DataTypes.StringType);
            }
            yield spark.read().schema(columns).option("mode", "FAILFAST").csv(files);
          }
          case ORC -> spark.read().orc(files);
          case PARQUET -> spark.read().parquet(files);
        };
    Dataset<Row> named =
        rows.toDF(
            Arrays.stream(rows.columns()).map(InventoryManifest::column).toArray(String[]::new));
    List<String> columns = List.of(named.columns());
    require(columns, "key");
    require(columns, "size");
    Dataset<Row> current = named;
    if (columns.contains("versionid")) {
      require(columns, "islatest");
      require(columns, "isdeletemarker");
      current =
          named.filter(
              coalesce(flag("islatest"), lit(true))
                  .and(not(coalesce(flag("isdeletemarker"), lit(false)))));
    }
    Column etag = columns.contains("etag") ? col("etag") : lit(null).cast(DataTypes.StringType);
    return current.select(col("key"), col("size").cast(DataTypes.LongType), etag);
  }

  private static Column flag(String column) {
    return col(column).cast(DataTypes.BooleanType);
  }

  private void require(List<String> columns, String column) {
    if (!columns.contains(column)) {
      throw unusable("it has no column " + column);
    }
  }

  private JobFailure unusable(String why) {
    return unusable(why, new IllegalArgumentException(why));
  }

  private JobFailure unusable(String why, Exception cause) {
    return JobFailure.input(
        "The inventory " + location + " of remote.inventory can't be used: " + why,
        "Name the manifest.json of an S3 Inventory of the remote (CSV, ORC or Parquet) with Size,"
            + " and, if it lists versions, with IsLatest and IsDeleteMarker",
        cause);
  }
}
