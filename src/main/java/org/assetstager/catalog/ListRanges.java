package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.s3.Side;

/**
 * Lists parts of namespaces. A task lists all of its parts in staging first, then in the remote.
 */
record ListRanges(Sides sides, int firstNumber)
    implements FlatMapFunction<Iterator<List<KeyRange>>, StepFile> {
  @Override
  public Iterator<StepFile> call(Iterator<List<KeyRange>> partition) {
    List<KeyRange> ranges = new ArrayList<>();
    partition.forEachRemaining(ranges::addAll);
    try (Sides.Files files = sides.filesOfTask(firstNumber)) {
      for (Side side : Sides.IN_ORDER) {
        List<ShardRequest> requests =
            ranges.stream().flatMap(range -> range.requests(side).stream()).toList();
        if (!requests.isEmpty()) {
          sides.list(side, requests, files);
        }
      }
      return files.finish().iterator();
    }
  }
}
