package org.assetstager.catalog;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.catalog.Sides.Held;
import org.assetstager.run.StepFile;
import org.assetstager.s3.BucketConnection.Side;

/** Takes what an inventory names for the listing of the remote. */
final class InventoryFiles implements FlatMapFunction<Iterator<Row>, StepFile> {
  private final Sides sides;
  private final int firstNumber;

  private InventoryFiles(Sides sides, int firstNumber) {
    this.sides = sides;
    this.firstNumber = firstNumber;
  }

  /** Writes the contents that the inventory of the settings names. */
  static List<StepFile> write(JavaSparkContext spark, Sides sides, int firstNumber) {
    SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
    return new Inventory(
            session, sides.settings().inventory().manifest(), sides.settings().remote())
        .contents()
        .javaRDD()
        .mapPartitions(new InventoryFiles(sides, firstNumber))
        .collect();
  }

  @Override
  public Iterator<StepFile> call(Iterator<Row> contents) {
    try (Sides.Files files = sides.new Files(firstNumber + TaskContext.get().partitionId())) {
      while (contents.hasNext()) {
        files.add(new Held(Side.REMOTE, KnownContent.CODEC.fromRow(contents.next())));
      }
      return files.finish().iterator();
    }
  }
}
