package org.assetstager.catalog;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.s3.Side;
import org.assetstager.spark.SqlSession;
import org.jspecify.annotations.Nullable;

/** Writes the contents of an inventory as the listing of the remote. */
record InventoryFiles(Sides sides, @Nullable Set<String> wanted, int firstNumber)
    implements FlatMapFunction<Iterator<KnownContent>, StepFile> {
  /**
   * Writes the contents that an inventory names.
   *
   * @param inventory its {@code manifest.json}
   * @param wanted the namespaces to keep, null for all
   */
  static List<StepFile> write(
      JavaSparkContext spark,
      Sides sides,
      String inventory,
      @Nullable Set<String> wanted,
      int firstNumber) {
    return new Inventory(SqlSession.of(spark), inventory, sides.settings().remote())
        .contents()
        .mapPartitions(new InventoryFiles(sides, wanted, firstNumber))
        .collect();
  }

  @Override
  public Iterator<StepFile> call(Iterator<KnownContent> contents) {
    try (Sides.Files files = sides.filesOfTask(firstNumber)) {
      while (contents.hasNext()) {
        KnownContent content = contents.next();
        if (wanted == null || wanted.contains(content.topHash())) {
          files.add(Side.REMOTE, content);
        }
      }
      return files.finish().iterator();
    }
  }
}
