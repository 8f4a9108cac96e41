package org.assetstager;

import org.apache.spark.sql.SparkSession;
import org.assetstager.spark.SqlSession;

/** Makes a session for a command that needs Spark SQL. */
final class SparkSessions {
  private SparkSessions() {}

  /** What a command does with its session. */
  interface Work {
    int run(SparkSession spark);
  }

  /** Runs a command's work as {@link SparkContexts#run}, with a session of its own. */
  static int run(String name, Work work) {
    return SparkContexts.run(name, context -> work.run(SqlSession.of(context)));
  }
}
