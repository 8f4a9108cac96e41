package org.assetstager.architecture.broken.upload;

import org.apache.spark.sql.SparkSession;

/** Breaks the rule that only inventories need Spark SQL. */
class Queries {
  long count(SparkSession spark) {
    return spark.range(3).count();
  }
}
