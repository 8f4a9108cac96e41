package org.assetstager;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.sql.SparkSession;
import org.assetstager.metrics.JobPlugin;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.progress.Terminal;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Makes the session that the commands share. */
final class SparkSessions {
  /** What {@link SparkContext#setJobDescription} sets. */
  private static final String DESCRIPTION = "spark.job.description";

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
   * Runs a command's work. A context that runs in this JVM already, such as a notebook's, is used
   * and left running and as it was, with its sessions; else one is started and stopped.
   */
  static int run(String name, Work work) {
    SparkSession found = running(SparkSession.getActiveSession());
    if (found == null) {
      found = running(SparkSession.getDefaultSession());
    }
    if (found != null) {
      return runIn(found, name, work);
    }
    boolean foundContext = SparkContext$.MODULE$.getActive().isDefined();
    SparkSession spark = foundContext ? SparkSession.builder().getOrCreate() : start(name);
    try {
      return foundContext ? runIn(spark, name, work) : runDescribed(spark, name, work);
    } finally {
      if (foundContext) {
        SparkSession.clearActiveSession();
        SparkSession.clearDefaultSession();
      } else {
        spark.stop();
      }
    }
  }

  private static @Nullable SparkSession running(Option<SparkSession> session) {
    return session.isDefined() && !session.get().sparkContext().isStopped() ? session.get() : null;
  }

  /** Works in a session of its own that has the settings of the one found. */
  private static int runIn(SparkSession found, String name, Work work) {
    SparkContext context = found.sparkContext();
    String description = context.getLocalProperty(DESCRIPTION);
    String runId = RunIdInLogs.of(context);
    try {
      return runDescribed(configured(copy(found)), name, work);
    } finally {
      context.setJobDescription(description);
      RunIdInLogs.end(context, runId);
    }
  }

  private static int runDescribed(SparkSession spark, String name, Work work) {
    spark.sparkContext().setJobDescription("prepare the command " + name);
    return work.run(spark);
  }

  private static SparkSession copy(SparkSession found) {
    SparkSession copy = found.newSession();
    CollectionConverters.asJava(found.conf().getAll())
        .forEach(
            (name, value) -> {
              // Those of the context are there, and can't be set.
              if (!value.equals(copy.conf().get(name, null))) {
                copy.conf().set(name, value);
              }
            });
    return copy;
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
    return configured(builder.getOrCreate());
  }

  private static SparkSession configured(SparkSession spark) {
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
