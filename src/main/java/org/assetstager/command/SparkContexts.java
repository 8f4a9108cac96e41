package org.assetstager.command;

import java.util.function.ToIntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.assetstager.metrics.JobPlugin;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.progress.Terminal;
import org.assetstager.spark.SqlSession;

/** Creates the Spark context of a command. */
final class SparkContexts {
  /** What {@link SparkContext#setJobDescription} sets. */
  private static final String DESCRIPTION = "spark.job.description";

  private static final String MASTER = "spark.master";
  private static final String PLUGINS = "spark.plugins";
  private static final String HEARTBEAT = "spark.executor.heartbeatInterval";
  private static final String HEARTBEAT_TIMEOUT = "spark.storage.blockManagerHeartbeatTimeoutMs";

  private SparkContexts() {}

  /**
   * Runs a command's work. A context that runs in this JVM already, such as a notebook's, is used
   * and left running and as it was, with its sessions; else one is started and stopped.
   */
  static int run(String name, ToIntFunction<JavaSparkContext> work) {
    if (SparkContext$.MODULE$.getActive().isDefined()) {
      return runIn(SparkContext$.MODULE$.getActive().get(), name, work);
    }
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(conf(name)));
    try {
      return runDescribed(spark, name, work);
    } finally {
      spark.stop();
      SqlSession.forget();
    }
  }

  private static int runIn(
      SparkContext context, String name, ToIntFunction<JavaSparkContext> work) {
    boolean session = SqlSession.isThere();
    String description = context.getLocalProperty(DESCRIPTION);
    String runId = RunIdInLogs.of(context);
    try {
      return runDescribed(JavaSparkContext.fromSparkContext(context), name, work);
    } finally {
      context.setJobDescription(description);
      RunIdInLogs.end(context, runId);
      if (!session) {
        SqlSession.forget();
      }
    }
  }

  private static int runDescribed(
      JavaSparkContext spark, String name, ToIntFunction<JavaSparkContext> work) {
    spark.sc().setJobDescription("prepare the command " + name);
    return work.applyAsInt(spark);
  }

  /**
   * Whether executors run inside the driver, as the context says that runs in this JVM, else the
   * one that would be started.
   */
  static boolean isLocal() {
    if (SparkContext$.MODULE$.getActive().isDefined()) {
      return SparkContext$.MODULE$.getActive().get().isLocal();
    }
    SparkConf conf = new SparkConf();
    return !conf.contains(MASTER) || isOneJvm(conf);
  }

  /** Returns the settings of file systems that a context would have, without starting one. */
  static Configuration hadoopConfiguration() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  static SparkConf conf(String name) {
    SparkConf conf =
        new SparkConf()
            .setAppName("asset-stager " + name)
            // Tasks start in the order of their numbers, the heaviest first.
            .set("spark.shuffle.reduceLocality.enabled", "false")
            // Results are added up as they come, and of a large manifest there are many.
            .setIfMissing("spark.driver.maxResultSize", "0");
    conf.set(PLUGINS, pluginsWithOurs(conf)).set(HEARTBEAT, heartbeat(conf));
    // Or else Spark, on a computer that slept, gives its only executor up, and exits after a while.
    return isOneJvm(conf) ? conf.setIfMissing(HEARTBEAT_TIMEOUT, "365d") : conf;
  }

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
    String master = conf.get(MASTER, "");
    return master.equals("local") || master.startsWith("local[");
  }
}
