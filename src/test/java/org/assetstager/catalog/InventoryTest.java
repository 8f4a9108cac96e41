package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.settings.BucketSettings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.TestSpark;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
@Tag("server")
@Tag("spark")
class InventoryTest {
  private static final String PREFIX = "a b+c/";
  private static final BucketSettings REMOTE = EmbeddedS3.shared().remote(PREFIX);
  private static final String SCHEMA =
      "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag";

  /** As S3 writes it into ORC and Parquet files. */
  private static final StructType COLUMNS =
      new StructType()
          .add("bucket", DataTypes.StringType)
          .add("key", DataTypes.StringType)
          .add("version_id", DataTypes.StringType)
          .add("is_latest", DataTypes.BooleanType)
          .add("is_delete_marker", DataTypes.BooleanType)
          .add("size", DataTypes.LongType)
          .add("last_modified_date", DataTypes.TimestampType)
          .add("e_tag", DataTypes.StringType);

  @TempDir private Path folder;
  private final SparkSession spark = TestSpark.session();

  private record Version(String key, boolean latest, boolean deleted, @Nullable Long size) {
    Row row() {
      return RowFactory.create(
          EmbeddedS3.REMOTE, key, "v1", latest, deleted, size, null, deleted ? null : "e");
    }

    String csv() {
      List<Object> fields = new ArrayList<>();
      fields.add(EmbeddedS3.REMOTE);
      fields.add(URLEncoder.encode(key, StandardCharsets.UTF_8));
      fields.add("v1");
      fields.add(latest);
      fields.add(deleted);
      fields.add(size == null ? "" : size);
      fields.add("2026-01-01T00:00:00.000Z");
      fields.add(deleted ? "" : "e");
      return fields.stream().map(field -> "\"" + field + "\"").collect(Collectors.joining(","));
    }
  }

  private static String md5(int i) {
    return new Md5(i * 0x9E3779B97F4A7C15L, i).toHex();
  }

  private static String key(int i) {
    return new ContentKey(PREFIX, new TopHash("one"), Md5.parse(md5(i))).toString();
  }

  private static String encoded(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8);
  }

  private static final List<Version> VERSIONS =
      List.of(
          new Version(key(1), true, false, 10L),
          new Version(key(2), true, false, 0L),
          new Version(key(3), false, false, 30L),
          new Version(key(4), true, true, null),
          new Version(key(4), false, false, 40L),
          new Version(key(5), false, false, 50L),
          new Version(key(5), true, false, 55L),
          new Version(PREFIX + "contents/one/foreign", true, false, 1L),
          new Version(PREFIX + "contents/two words/x", true, false, 1L),
          new Version(PREFIX + "other", true, false, 1L),
          new Version(key(6).substring(PREFIX.length()), true, false, 60L));

  /** Lays an inventory out as S3 delivers it; returns where its manifest.json is. */
  private String deliver(String format, List<Version> versions) throws IOException {
    Path data = Files.createDirectories(folder.resolve("lists/p/indexed/daily/data"));
    String files;
    if (format.equals("CSV")) {
      try (OutputStream out =
          new GZIPOutputStream(Files.newOutputStream(data.resolve("part one.csv.gz")))) {
        for (Version version : versions) {
          out.write((version.csv() + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
      files = file("part one.csv.gz");
    } else {
      String out = data.resolve("x").toUri().toString();
      Dataset<Row> rows =
          spark.createDataFrame(versions.stream().map(Version::row).toList(), COLUMNS);
      rows.repartition(2).write().format(format).save(out);
      try (Stream<Path> written = Files.list(data.resolve("x"))) {
        files =
            written
                .map(path -> path.getFileName().toString())
                .filter(name -> name.startsWith("part-"))
                .map(name -> file("x/" + name))
                .collect(Collectors.joining(","));
      }
    }
    return manifest(format, SCHEMA, EmbeddedS3.REMOTE, files);
  }

  private String file(String name) {
    long size = folder.resolve("lists/p/indexed/daily/data/" + name).toFile().length();
    return "{\"key\": \"p/indexed/daily/data/" + name + "\", \"size\": " + size + "}";
  }

  private String manifest(String format, String schema, String bucket, String files)
      throws IOException {
    Path manifest =
        Files.createDirectories(folder.resolve("lists/p/indexed/daily/2026-01-02T00-00Z"))
            .resolve("manifest.json");
    Files.writeString(
        manifest,
        """
        {"sourceBucket": "%s", "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30",
         "creationTimestamp": "1767312000000", "fileFormat": "%s", "fileSchema": "%s",
         "files": [%s]}
        """
            .formatted(bucket, format, schema, files));
    return manifest.toUri().toString();
  }

  private List<String> contents(String manifest) {
    return new Inventory(spark, manifest, REMOTE)
        .contents().map(KnownContent.CODEC::toBytes).collect().stream()
            .map(KnownContent.CODEC::fromBytes)
            .map(known -> known.topHash() + "/" + known.md5() + " " + known.size() + known.etag())
            .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CSV", "ORC", "Parquet"})
  void contents_versionsMarkersAndForeignKeys_areTheLatestContents(String format)
      throws IOException {
    assertThat(contents(deliver(format, VERSIONS)))
        .containsExactlyInAnyOrder(
            "one/" + md5(1) + " 10e", "one/" + md5(2) + " 0e", "one/" + md5(5) + " 55e");
  }

  @Test
  void contents_csvWithoutVersionsAndETag_areAllObjects() throws IOException {
    Path data = Files.createDirectories(folder.resolve("lists/p/indexed/daily/data"));
    String key = URLEncoder.encode(key(1), StandardCharsets.UTF_8);
    Files.writeString(data.resolve("a.csv"), "\"b\",\"" + key + "\",\"7\"\n");

    assertThat(contents(manifest("CSV", "Bucket, Key, Size", EmbeddedS3.REMOTE, file("a.csv"))))
        .containsExactly("one/" + md5(1) + " 7null");
  }

  @Test
  void contents_columnsThatSparkOrTheJobUse_areOfNoAccount() throws IOException {
    Path data = Files.createDirectories(folder.resolve("lists/p/indexed/daily/data"));
    Files.writeString(data.resolve("a.csv"), "\"x\",\"" + encoded(key(1)) + "\",\"7\"\n");

    assertThat(contents(manifest("CSV", "_metadata, Key, Size", EmbeddedS3.REMOTE, file("a.csv"))))
        .containsExactly("one/" + md5(1) + " 7null");
    String twice = manifest("CSV", "Key, Key, Size", EmbeddedS3.REMOTE, file("a.csv"));
    assertThatThrownBy(() -> contents(twice))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it has the column key twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"part:one {a}.csv", "[1]:2.csv", "a%20b#c.csv"})
  void contents_filesOfAnyName_areRead(String name) throws IOException {
    Path data = Files.createDirectories(folder.resolve("lists/p/indexed/daily/data"));
    Files.writeString(data.resolve(name), "\"" + encoded(key(1)) + "\",\"7\"\n");

    assertThat(contents(manifest("CSV", "Key, Size", EmbeddedS3.REMOTE, file(name))))
        .containsExactly("one/" + md5(1) + " 7null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_b.csv", ".b.csv"})
  void contents_fileThatSparkPassesOver_isRefused(String name) throws IOException {
    Path data = Files.createDirectories(folder.resolve("lists/p/indexed/daily/data"));
    Files.writeString(data.resolve("a.csv"), "\"" + encoded(key(1)) + "\",\"7\"\n");
    Files.writeString(data.resolve(name), "\"" + encoded(key(2)) + "\",\"7\"\n");
    String manifest =
        manifest("CSV", "Key, Size", EmbeddedS3.REMOTE, file("a.csv") + "," + file(name));

    assertThatThrownBy(() -> contents(manifest))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("Spark doesn't read its file")
        .hasMessageContaining(name);
  }

  @Test
  void contents_fileThatIsShorterThanDelivered_isRefused() throws IOException {
    String manifest = deliver("CSV", VERSIONS);
    Path file = folder.resolve("lists/p/indexed/daily/data/part one.csv.gz");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 30));

    assertThatThrownBy(() -> contents(manifest))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("part one.csv.gz has 30 bytes instead of ");
  }

  @ParameterizedTest
  @CsvSource({"'', doesn't say whether a version is the latest", "x, has 'x' instead of true or"})
  void contents_versionsThatDontSayWhichIsTheLatest_areRefused(String latest, String problem)
      throws IOException {
    Path data = Files.createDirectories(folder.resolve("lists/p/indexed/daily/data"));
    Files.writeString(
        data.resolve("a.csv"),
        "\"" + encoded(key(1)) + "\",\"v\",\"" + latest + "\",\"false\",\"7\"\n");
    String manifest =
        manifest(
            "CSV",
            "Key, VersionId, IsLatest, IsDeleteMarker, Size",
            EmbeddedS3.REMOTE,
            file("a.csv"));

    assertThatThrownBy(() -> contents(manifest))
        .hasStackTraceContaining("The inventory " + problem)
        .hasStackTraceContaining(key(1));
  }

  @Test
  void contents_ofSomeAge_logsIt() throws IOException {
    String location = manifest("CSV", SCHEMA, EmbeddedS3.REMOTE, "");
    Path file = Path.of(URI.create(location));
    long created = Instant.now().minus(Duration.ofMinutes(49 * 60 + 30)).toEpochMilli();
    Files.writeString(file, Files.readString(file).replace("1767312000000", "" + created));
    List<String> logged = new CopyOnWriteArrayList<>();
    AbstractAppender appender =
        new AbstractAppender("age", null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            logged.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
          }
        };
    appender.start();
    Logger logger = (Logger) LogManager.getLogger(Inventory.class);
    Level before = logger.getLevel();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
    try {
      contents(location);
    } finally {
      logger.removeAppender(appender);
      logger.setLevel(before);
    }

    assertThat(logged)
        .containsExactly(
            "INFO The inventory "
                + location.replaceFirst("file:/+", "file:/")
                + " of "
                + EmbeddedS3.REMOTE
                + " is 49 hours old; what came to the bucket since isn't in it");
  }

  @Test
  void contents_emptyBucket_isEmpty() throws IOException {
    assertThat(contents(manifest("CSV", SCHEMA, EmbeddedS3.REMOTE, ""))).isEmpty();
  }

  @Test
  void contents_latestWithoutSize_isRefused() throws IOException {
    String manifest = deliver("CSV", List.of(new Version(key(1), true, false, null)));

    assertThatThrownBy(() -> contents(manifest))
        .hasStackTraceContaining("The inventory gives no size for " + key(1));
  }

  @Test
  void contents_ofAnotherBucket_isRefused() throws IOException {
    String manifest = manifest("CSV", SCHEMA, "elsewhere", "");

    assertThatThrownBy(() -> contents(manifest))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("2026-01-02T00-00Z/manifest.json of remote.inventory can't be used")
        .hasMessageContaining("it is of the bucket 'elsewhere', not of '" + EmbeddedS3.REMOTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bucket, Key", "Bucket, Size", "Bucket, Key, Size, VersionId"})
  void contents_columnThatIsNeededMissing_isRefused(String schema) throws IOException {
    Path data = Files.createDirectories(folder.resolve("lists/p/indexed/daily/data"));
    Files.writeString(data.resolve("a.csv"), "\n");
    String manifest = manifest("CSV", schema, EmbeddedS3.REMOTE, file("a.csv"));

    assertThatThrownBy(() -> contents(manifest))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it has no column");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void contents_manifestThatIsAFifo_isRefusedAndNotWaitedFor() throws Exception {
    Path fifo = folder.resolve("manifest.json");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> contents(fifo.toString()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("It is not a regular file");
  }

  @Test
  void contents_fileOrManifestMissing_isRefused() throws IOException {
    String manifest = manifest("CSV", SCHEMA, EmbeddedS3.REMOTE, file("gone.csv.gz"));

    assertThatThrownBy(() -> contents(manifest))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("its file p/indexed/daily/data/gone.csv.gz is missing");
    assertThatThrownBy(() -> contents(manifest + "x"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it does not exist");
  }
}
