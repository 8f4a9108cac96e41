package org.assetstager;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.assetstager.metrics.JobPlugin;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.progress.Terminal;
import scala.Option;

/** Makes the session that the commands share. */
final class SparkSessions {
  private static final String PLUGINS = "spark.plugins";
  private static final String HEARTBEAT = "spark.executor.heartbeatInterval";
  private static final String HEARTBEAT_TIMEOUT = "spark.storage.blockManagerHeartbeatTimeoutMs";

  private SparkSessions() {}

  /** Those that the user has set stay. */
  private static String pluginsWithOurs(SparkConf conf) {
    String others = conf.get(PLUGINS, "");
    String ours = JobPlugin.class.getName();
    return others.isEmpty() ? ours : others + "," + ours;
  }

  /**
   * Running tasks tell with each heartbeat how far they are. Who looks on at a run in one JVM sees
   * it at once; others, and the driver of a large cluster, have enough of Spark's own default. Less
   * would come before the JVM's block manager is there when it starts slowly, which Spark logs as
   * an error.
   */
  private static String heartbeat(SparkConf conf) {
    return conf.get(HEARTBEAT, isOneJvm(conf) && Terminal.isStandardError() ? "2s" : "10s");
  }

  private static boolean isOneJvm(SparkConf conf) {
    String master = conf.get("spark.master", "");
    return master.equals("local") || master.startsWith("local[");
  }

  /** What a command does with its session. */
  interface Work {
    int run(SparkSession spark);
  }

  /**
   * Runs a command's work. A session that runs in this JVM already, such as a notebook's, is used
   * and left running; else one is started and stopped.
   */
  static int run(String name, Work work) {
    boolean found = isRunning();
    SparkSession spark = start(name);
    spark.sparkContext().setJobDescription("prepare the command " + name);
    try {
      return work.run(spark);
    } finally {
      if (found) {
        spark.sparkContext().setJobDescription(null);
        RunIdInLogs.end(spark.sparkContext());
      } else {
        spark.stop();
      }
    }
  }

  private static boolean isRunning() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    return session.isDefined() && !session.get().sparkContext().isStopped();
  }

  private static SparkSession start(String name) {
    SparkConf conf = new SparkConf();
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("asset-stager " + name)
            // Tasks start in the order of their numbers, the heaviest first.
            .config("spark.shuffle.reduceLocality.enabled", "false")
            .config(PLUGINS, pluginsWithOurs(conf))
            .config(HEARTBEAT, heartbeat(conf));
    if (isOneJvm(conf)) {
      // Or else Spark, on a computer that slept, gives its only executor up, and exits after a
      // while.
      builder.config(HEARTBEAT_TIMEOUT, conf.get(HEARTBEAT_TIMEOUT, "365d"));
    }
    SparkSession spark = builder.getOrCreate();
    // Judged by compressed size, a listing of millions of keys would be broadcast.
    spark.conf().set("spark.sql.autoBroadcastJoinThreshold", "-1");
    // What can't be read must stop the job, never be left out.
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", "false");
    spark.conf().set("spark.sql.files.ignoreMissingFiles", "false");
    // Nor be taken for something else: Parquet's writers store a checksum of each page.
    spark.conf().set("parquet.page.verify-checksum.enabled", "true");
    return spark;
  }
}
