package org.assetstager.catalog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.catalog.InventoryManifest.DataFile;
import org.assetstager.catalog.InventoryManifest.Format;
import org.assetstager.settings.BucketSettings;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.spark.PlainFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the contents of a bucket from an S3 Inventory, as of its date. */
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
        PlainFiles.named("The inventory", location, spark.sparkContext().hadoopConfiguration());
  }

  /**
   * Returns the contents that it names, one for each latest version that is no delete marker.
   *
   * @throws JobFailure of kind INPUT if the inventory is of another bucket, or can't be used
   */
  JavaRDD<KnownContent> contents() {
    InventoryManifest manifest = manifest();
    Duration age =
        Duration.between(Instant.ofEpochMilli(manifest.createdAtMillis()), Instant.now());
    LOG.info(
        "The inventory {} of {} is {} hours old; what came to the bucket since isn't in it",
        location,
        manifest.sourceBucket(),
        age.toHours());
    if (manifest.files().isEmpty()) {
      return JavaSparkContext.fromSparkContext(spark.sparkContext()).emptyRDD();
    }
    Dataset<Row> rows = read(manifest, files(manifest));
    boolean versions = List.of(rows.columns()).contains("islatest");
    return objects(rows)
        .javaRDD()
        .flatMap(new InventoryKeys(bucket.prefix(), manifest.format() == Format.CSV, versions));
  }

  private InventoryManifest manifest() {
    InventoryManifest manifest;
    try (InputStream in = PlainFiles.open(location, 0, spark.sessionState().newHadoopConf())) {
      manifest = InventoryManifest.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException | NoSuchFileException e) {
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
    return PlainFiles.of(location, spark.sessionState().newHadoopConf());
  }

  /**
   * Returns the data files' paths.
   *
   * @throws JobFailure of kind INPUT unless each is there, as long as it was when delivered
   */
  private String[] files(InventoryManifest manifest) {
    try {
      FileSystem files = files();
      Path root = root(files, manifest.files().get(0).key());
      List<String> paths = new ArrayList<>();
      for (DataFile file : manifest.files()) {
        paths.add(whole(files, PlainFiles.child(root, file.key()), file).toString());
      }
      return paths.toArray(String[]::new);
    } catch (IOException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns the path of a file with its scheme, if it is as long as delivered. */
  private Path whole(FileSystem files, Path path, DataFile file) throws IOException {
    FileStatus found;
    try {
      found = files.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw unusable("its file " + file.key() + " is missing", e);
    }
    if (file.sizeBytes() >= 0 && found.getLen() != file.sizeBytes()) {
      throw unusable(
          "its file "
              + file.key()
              + " has "
              + found.getLen()
              + " bytes instead of "
              + file.sizeBytes());
    }
    return found.getPath();
  }

  /** Keys are relative to the bucket, or to the folder that it was copied to. */
  private Path root(FileSystem files, String firstKey) throws IOException {
    Path root = location.getParent();
    while (root != null && !files.exists(PlainFiles.child(root, firstKey))) {
      root = root.getParent();
    }
    if (root == null) {
      throw new FileNotFoundException("its file " + firstKey + " is missing");
    }
    return root;
  }

  /** Returns all columns, by their names in all formats. */
  private Dataset<Row> read(InventoryManifest manifest, String[] files) {
    Dataset<Row> rows =
        switch (manifest.format()) {
          case CSV -> {
            StructType columns = new StructType();
            for (String column : manifest.columns()) {
              columns = columns.add(column, DataTypes.StringType);
            }
            yield LiteralPaths.read(
                reader().schema(columns).option("mode", "FAILFAST"), DataFrameReader::csv, files);
          }
          case ORC -> LiteralPaths.read(reader(), DataFrameReader::orc, files);
          case PARQUET -> LiteralPaths.read(reader(), DataFrameReader::parquet, files);
        };
    requireAllRead(files, rows);
    String[] names =
        Arrays.stream(rows.columns()).map(InventoryManifest::column).toArray(String[]::new);
    requireOneOfEach(List.of(names));
    return rows.toDF(names);
  }

  /**
   * Returns key, size, ETag, and whether it is the latest version and a delete marker, of each
   * object.
   */
  private Dataset<Row> objects(Dataset<Row> named) {
    List<String> columns = List.of(named.columns());
    require(columns, "key");
    require(columns, "size");
    if (columns.contains("versionid")) {
      require(columns, "islatest");
      require(columns, "isdeletemarker");
    }
    return named.select(
        col("key"),
        col("size").cast(DataTypes.LongType),
        text(columns, "etag"),
        text(columns, "islatest"),
        text(columns, "isdeletemarker"));
  }

  /** Reads files by their own names, independently of the cluster's settings. */
  private DataFrameReader reader() {
    return spark
        .read()
        .option("ignoreCorruptFiles", false)
        .option("ignoreMissingFiles", false)
        // Hadoop's checksum files can't be named for a name with a colon.
        .option("fs.file.impl", RawLocalFileSystem.class.getName())
        .option("fs.file.impl.disable.cache", true);
  }

  /** Spark skips hidden files: the job would believe that the bucket lacks their keys. */
  private void requireAllRead(String[] files, Dataset<Row> rows) {
    Set<String> left = new TreeSet<>(Arrays.asList(files));
    for (String uri : rows.inputFiles()) {
      left.remove(new Path(URI.create(uri)).toString());
    }
    if (!left.isEmpty()) {
      throw unusable("Spark doesn't read its file " + left.iterator().next() + ", by its name");
    }
  }

  private void requireOneOfEach(List<String> columns) {
    try {
      InventoryManifest.requireOneOfEach(columns);
    } catch (IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns a column as text; where it isn't there, a column without a value. */
  private static Column text(List<String> columns, String column) {
    return columns.contains(column)
        ? col(column).cast(DataTypes.StringType)
        : lit(null).cast(DataTypes.StringType);
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
