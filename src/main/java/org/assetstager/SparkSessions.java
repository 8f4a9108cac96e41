package org.assetstager;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.assetstager.spark.LimitsPlugin;

/** Makes the session that the commands share. */
final class SparkSessions {
  private static final String PLUGINS = "spark.plugins";

  private SparkSessions() {}

  /** Those that the user has set stay. */
  private static String pluginsWithOurs() {
    String others = new SparkConf().get(PLUGINS, "");
    String ours = LimitsPlugin.class.getName();
    return others.isEmpty() ? ours : others + "," + ours;
  }

  /** What a command does with its session. */
  interface Work {
    int run(SparkSession spark);
  }

  /** Runs a command's work in a session of its own, and stops that. */
  static int run(String name, Work work) {
    SparkSession spark = start(name);
    try {
      return work.run(spark);
    } finally {
      spark.stop();
    }
  }

  private static SparkSession start(String name) {
    SparkSession spark =
        SparkSession.builder()
            .appName("asset-stager " + name)
            // Tasks start in the order of their numbers, the heaviest first.
            .config("spark.shuffle.reduceLocality.enabled", "false")
            .config(PLUGINS, pluginsWithOurs())
            .getOrCreate();
    // Judged by compressed size, a listing of millions of keys would be broadcast.
    spark.conf().set("spark.sql.autoBroadcastJoinThreshold", "-1");
    // What can't be read must stop the job, never be left out.
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", "false");
    spark.conf().set("spark.sql.files.ignoreMissingFiles", "false");
    return spark;
  }
}
