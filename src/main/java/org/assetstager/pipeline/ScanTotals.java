package org.assetstager.pipeline;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.assetstager.catalog.Namespaces;
import org.assetstager.run.StepFile;
import org.assetstager.verify.RootsSeen;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * What the tasks of the scan have come to, added up as each ends: each may name as many namespaces
 * as the driver holds in all.
 */
final class ScanTotals {
  private final List<StepFile> files = new ArrayList<>();
  private final Map<String, Long> rowsByFile = new HashMap<>();
  private final List<RootsSeen> roots = new ArrayList<>();
  private Namespaces namespaces = Namespaces.NONE;
  private long invalidRows;

  /** Runs the scan. Each task has one result. */
  static ScanTotals ofTasks(JavaRDD<ScanResult> results) {
    ScanTotals totals = new ScanTotals();
    results
        .context()
        .runJob(
            results.rdd(),
            new Only(),
            (task, result) -> totals.add(result),
            ClassTag.apply(ScanResult.class));
    return totals;
  }

  /** Takes the one result of a task. */
  private static final class Only
      extends AbstractFunction1<scala.collection.Iterator<ScanResult>, ScanResult>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public ScanResult apply(scala.collection.Iterator<ScanResult> results) {
      return results.next();
    }
  }

  /** Adds the result of a task, in any order; Spark does so in threads of its own. */
  synchronized BoxedUnit add(ScanResult result) {
    files.addAll(result.files());
    result.rowsByFile().forEach((file, rows) -> rowsByFile.merge(file, rows, Long::sum));
    roots.add(result.roots());
    namespaces = namespaces.plus(result.namespaces());
    invalidRows += result.invalidRows();
    return BoxedUnit.UNIT;
  }

  /** Returns the files in the order of the manifest's rows. */
  synchronized List<StepFile> files() {
    return files.stream().sorted(Comparator.comparingInt(StepFile::number)).toList();
  }

  /** Returns the rows read, by the manifest file. */
  synchronized Map<String, Long> rowsByFile() {
    return Collections.unmodifiableMap(new HashMap<>(rowsByFile));
  }

  synchronized List<RootsSeen> roots() {
    return List.copyOf(roots);
  }

  synchronized Namespaces namespaces() {
    return namespaces;
  }

  /** Returns the bad rows, except those whose file name Java can't represent. */
  synchronized long invalidRows() {
    return invalidRows;
  }
}
