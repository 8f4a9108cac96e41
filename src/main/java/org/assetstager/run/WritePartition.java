package org.assetstager.run;

import java.io.IOException;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/** Writes one partition's file and returns it, unless the partition has one. */
final class WritePartition implements FlatMapFunction<Iterator<Row>, StepFile> {
  private final RunFolder folder;
  private final String name;
  private final StructType schema;
  private final Map<String, String> footer;
  private final BitSet present;
  private final @Nullable MapPartitionsFunction<Row, Row> work;
  private final @Nullable TaskProgress progress;

  private WritePartition(
      RunFolder folder,
      String name,
      StructType schema,
      Map<String, String> footer,
      BitSet present,
      @Nullable MapPartitionsFunction<Row, Row> work,
      @Nullable TaskProgress progress) {
    this.folder = folder;
    this.name = name;
    this.schema = schema;
    this.footer = footer;
    this.present = present;
    this.work = work;
    this.progress = progress;
  }

  /**
   * Writes the partitions that aren't present, each with what the work makes of its rows.
   *
   * @param footer what each file's footer says besides, by its key
   */
  static WritePartition ofMissing(
      RunFolder folder,
      String name,
      StructType schema,
      Map<String, String> footer,
      BitSet present,
      MapPartitionsFunction<Row, Row> work) {
    return new WritePartition(folder, name, schema, footer, present, work, null);
  }

  /**
   * Writes all partitions, the rows as they are.
   *
   * @param footer what each file's footer says besides, by its key
   * @param progress counts the rows, or null
   */
  static WritePartition ofWhole(
      RunFolder folder,
      String name,
      StructType schema,
      Map<String, String> footer,
      @Nullable TaskProgress progress) {
    return new WritePartition(folder, name, schema, footer, new BitSet(), null, progress);
  }

  @Override
  public Iterator<StepFile> call(Iterator<Row> rows) throws Exception {
    int partition = TaskContext.get().partitionId();
    if (present.get(partition)) {
      return Collections.emptyIterator();
    }
    Iterator<Row> results = work == null ? rows : work.call(rows);
    // Spark chooses the partitions of a step that is written as a whole; the first one's file has
    // the columns.
    if (work == null && partition > 0 && !results.hasNext()) {
      return Collections.emptyIterator();
    }
    try {
      return List.of(
              PartitionFile.write(
                  folder,
                  folder.child(name),
                  partition,
                  schema,
                  footer,
                  progress == null ? results : progress.counting(results, row -> 0, row -> row)))
          .iterator();
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't write the record of partition "
              + partition
              + " to "
              + folder.child(name)
              + ": "
              + e.getMessage(),
          "Check the free space and the rights of ledger.path, then run again with --resume",
          e);
    }
  }
}
