package org.assetstager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.QueryTest$;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The Spark session that all tests of a JVM share, with the settings that the job itself makes. A
 * task is tried four times, as on a cluster.
 */
public final class TestSpark {
  private TestSpark() {}

  private static final class Shared {
    static final SparkSession SESSION = start();
  }

  /** Returns the session, started at the first call; it ends with the JVM, so nobody stops it. */
  public static SparkSession session() {
    return Shared.SESSION;
  }

  /** Lets the session reach a bucket of a server by {@code s3a:} paths, with the server's key. */
  public static void reach(String bucket, EmbeddedS3 server) {
    Configuration hadoop = session().sparkContext().hadoopConfiguration();
    Map.of(
            "endpoint",
            server.endpoint(),
            "endpoint.region",
            "us-east-1",
            "path.style.access",
            "true",
            "connection.ssl.enabled",
            "false",
            "access.key",
            server.serverKey(),
            "secret.key",
            server.serverSecret())
        .forEach((name, value) -> hadoop.set("fs.s3a.bucket." + bucket + "." + name, value));
  }

  /** Compares a Dataset's columns, then its rows in any order, duplicates included. */
  public static void assertRows(Dataset<Row> actual, StructType columns, List<Row> expected) {
    assertThat(columns(actual.schema())).isEqualTo(columns(columns));
    QueryTest$.MODULE$.checkAnswer(actual, expected);
  }

  /** What files and joins make nullable is left out. */
  private static List<String> columns(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> field.name() + " " + field.dataType().simpleString())
        .toList();
  }

  private static SparkSession start() {
    Path target = Path.of(System.getProperty("project.build.directory", "target"));
    return SparkSession.builder()
        .master("local[2,4]")
        .appName("tests")
        .config("spark.ui.port", 0)
        .config("spark.ui.showConsoleProgress", false)
        .config("spark.metrics.conf", "conf/metrics.properties")
        .config("spark.metrics.namespace", "asset_stager")
        .config("spark.executor.heartbeatInterval", "1s")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.sql.warehouse.dir", target.resolve("spark-warehouse").toUri().toString())
        // As org.assetstager.command.SparkContexts sets them.
        .config("spark.plugins", org.assetstager.metrics.JobPlugin.class.getName())
        .config("spark.shuffle.reduceLocality.enabled", false)
        .config("spark.storage.blockManagerHeartbeatTimeoutMs", "365d")
        .config("spark.sql.autoBroadcastJoinThreshold", -1)
        .config("spark.sql.files.ignoreCorruptFiles", false)
        .config("spark.sql.files.ignoreMissingFiles", false)
        .getOrCreate();
  }
}
