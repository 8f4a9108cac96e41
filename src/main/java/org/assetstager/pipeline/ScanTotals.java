package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.assetstager.catalog.Namespaces;
import org.assetstager.run.StepFile;
import org.assetstager.spark.TaskResults;
import org.assetstager.verify.RootsSeen;

/**
 * The results of the scan's tasks, added up as each task ends: together they may name far more
 * namespaces than the driver holds.
 */
final class ScanTotals {
  private final List<StepFile> files = new ArrayList<>();
  private final Map<String, Long> rowsByFile = new HashMap<>();
  private final Map<Integer, RootsSeen> roots = new TreeMap<>();
  private Namespaces namespaces = Namespaces.NONE;
  private long invalidRows;

  /** Runs the scan. Each task has one result. */
  static ScanTotals ofTasks(JavaRDD<ScanResult> results) {
    ScanTotals totals = new ScanTotals();
    TaskResults.forEach(results, ScanResult.class, totals::add);
    return totals;
  }

  /** Adds the result of a task, in any order. */
  synchronized void add(int task, ScanResult result) {
    files.addAll(result.files());
    result.rowsByFile().forEach((file, rows) -> rowsByFile.merge(file, rows, Long::sum));
    roots.put(task, result.roots());
    namespaces = namespaces.plus(result.namespaces());
    invalidRows += result.invalidRows();
  }

  /** Returns the files in the order of the manifest's rows. */
  synchronized List<StepFile> files() {
    return files.stream().sorted(Comparator.comparingInt(StepFile::number)).toList();
  }

  /** Returns the rows read, by the manifest file. */
  synchronized Map<String, Long> rowsByFile() {
    return Collections.unmodifiableMap(new HashMap<>(rowsByFile));
  }

  /** Returns what each task saw, in the order of the tasks. */
  synchronized List<RootsSeen> roots() {
    return List.copyOf(roots.values());
  }

  synchronized Namespaces namespaces() {
    return namespaces;
  }

  /** Returns the bad rows, except those whose file name Java can't represent. */
  synchronized long invalidRows() {
    return invalidRows;
  }
}
