package org.assetstager.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/**
 * The least that Spark does for a job of some shape: stages without rows, and files of a byte.
 * Arguments: {@code rdd} or {@code sql}, a folder, how many files to write, and for each job the
 * tasks of its stages, such as {@code 1 4+1}.
 */
public final class EmptyJob {
  private EmptyJob() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    String folder = Files.createDirectories(Path.of(args[1])).toString();
    int files = Integer.parseInt(args[2]);
    int jobs = args.length - 3;
    SparkSession spark = SparkSession.builder().appName("empty").getOrCreate();
    try {
      for (int job = 0; job < jobs; job++) {
        int filesOfJob = files * (job + 1) / jobs - files * job / jobs;
        String[] tasks = args[3 + job].split("\\+", -1);
        JavaRDD<?> rows =
            args[0].equals("sql") ? query(spark, tasks).toJavaRDD() : rdd(spark, tasks);
        rows.foreachPartition(unused -> write(folder, filesOfJob));
      }
    } finally {
      spark.stop();
    }
  }

  private static JavaRDD<String> rdd(SparkSession spark, String[] tasks) {
    JavaRDD<String> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(), Integer.parseInt(tasks[0]));
    for (int stage = 1; stage < tasks.length; stage++) {
      rows = rows.repartition(Integer.parseInt(tasks[stage]));
    }
    return rows;
  }

  private static Dataset<?> query(SparkSession spark, String[] tasks) {
    Dataset<Long> rows = spark.range(0, 0, 1, Integer.parseInt(tasks[0]));
    for (int stage = 1; stage < tasks.length; stage++) {
      rows = rows.repartition(Integer.parseInt(tasks[stage]));
    }
    return rows;
  }

  private static void write(String folder, int files) {
    if (TaskContext.getPartitionId() > 0) {
      return;
    }
    for (int i = 0; i < files; i++) {
      try {
        Files.write(Path.of(folder, UUID.randomUUID().toString()), new byte[1]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
