package org.assetstager;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A session's settings for a run of few rows: its queries are interpreted and planned once, since
 * to generate and compile Java for each, or to plan its stages again one by one, takes longer than
 * to run it. What the user has set stays; what was changed is undone at the end, since the session
 * may be a notebook's.
 */
final class SmallRunSettings implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN",
          "spark.sql.adaptive.enabled", "false",
          "spark.sql.shuffle.partitions", "1");

  private final SparkSession spark;
  private final List<String> changed = new ArrayList<>();

  private SmallRunSettings(SparkSession spark) {
    this.spark = spark;
  }

  /** Makes them, if the run is small. */
  static SmallRunSettings make(SparkSession spark, boolean small) {
    SmallRunSettings settings = new SmallRunSettings(spark);
    if (small) {
      SETTINGS.forEach(settings::set);
    }
    return settings;
  }

  private void set(String name, String value) {
    if (!spark.conf().contains(name)) {
      spark.conf().set(name, value);
      changed.add(name);
    }
  }

  @Override
  public void close() {
    changed.forEach(spark.conf()::unset);
  }
}
