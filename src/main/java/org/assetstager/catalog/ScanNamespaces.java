package org.assetstager.catalog;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.s3.Side;

/**
 * Lists the namespaces that fit into one page, in staging and then in the remote. If a namespace
 * doesn't fit in staging, it is left for both sides, because the remote has to be listed after
 * staging.
 */
record ScanNamespaces(Sides sides, List<Side> listed, int firstNumber)
    implements FlatMapFunction<Iterator<NamespaceRange>, ScanNamespaces.Scanned> {
  ScanNamespaces {
    listed = List.copyOf(listed);
  }

  /**
   * The result of a task.
   *
   * @param files of what is known with it
   * @param left namespaces that aren't, with about how many keys each side has that isn't done
   */
  record Scanned(List<StepFile> files, Map<String, Map<Side, Long>> left) implements Serializable {}

  @Override
  public Iterator<Scanned> call(Iterator<NamespaceRange> partition) {
    Map<String, Map<Side, Long>> left = new HashMap<>();
    try (Sides.Files files = sides.filesOfTask(firstNumber)) {
      while (partition.hasNext()) {
        scan(partition.next(), left, files);
      }
      return List.of(new Scanned(files.finish(), left)).iterator();
    }
  }

  private void scan(NamespaceRange range, Map<String, Map<Side, Long>> left, Sides.Files files) {
    Set<String> again = new LinkedHashSet<>();
    for (Side side : listed) {
      Map<String, Long> ofSide =
          sides.list(side, ScanRequest.first(range, Set.copyOf(again)), files);
      // What is left of staging may be missing on the remote.
      again.forEach(name -> ofSide.putIfAbsent(name, 0L));
      ofSide.forEach(
          (name, keys) ->
              left.computeIfAbsent(name, unused -> new EnumMap<>(Side.class)).put(side, keys));
      again.addAll(ofSide.keySet());
    }
  }
}
