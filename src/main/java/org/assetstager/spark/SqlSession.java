package org.assetstager.spark;

import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Creates sessions for what needs Spark SQL. Creating one takes seconds. */
public final class SqlSession {
  private static final Map<String, String> SETTINGS =
      Map.of(
          // Judged by compressed size, a listing of millions of keys would be broadcast.
          "spark.sql.autoBroadcastJoinThreshold", "-1",
          // What can't be read must stop the job, never be left out.
          "spark.sql.files.ignoreCorruptFiles", "false",
          "spark.sql.files.ignoreMissingFiles", "false",
          // Damage must not go unnoticed: Parquet's writers store a checksum of each page.
          "parquet.page.verify-checksum.enabled", "true");

  private SqlSession() {}

  /**
   * Returns a session with the settings of the one that there is, such as a notebook's, which stays
   * as it is; and with those that the job needs.
   */
  public static SparkSession of(JavaSparkContext context) {
    SparkSession found = found();
    SparkSession session =
        found == null
            ? SparkSession.builder().sparkContext(context.sc()).getOrCreate()
            : copy(found);
    SETTINGS.forEach(session.conf()::set);
    return session;
  }

  /** Whether there is a session of a context that runs. */
  public static boolean isThere() {
    return found() != null;
  }

  /** Forgets the session that there is. */
  public static void forget() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }

  private static @Nullable SparkSession found() {
    SparkSession active = running(SparkSession.getActiveSession());
    return active != null ? active : running(SparkSession.getDefaultSession());
  }

  private static @Nullable SparkSession running(Option<SparkSession> session) {
    return session.isDefined() && !session.get().sparkContext().isStopped() ? session.get() : null;
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
}
