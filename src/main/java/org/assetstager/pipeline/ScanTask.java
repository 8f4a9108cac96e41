package org.assetstager.pipeline;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.catalog.Namespaces;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.settings.VerifySettings;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.OutcomeCounts;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.FileScanner;
import org.assetstager.verify.Roots;
import org.assetstager.verify.RootsSeen;
import org.assetstager.verify.RowGroups;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;

/** Scans the rows of one split of a manifest, many files at a time, and sorts them into files. */
record ScanTask(
    StepOutput output,
    Roots roots,
    VerifySettings verify,
    LedgerRows ledgerRows,
    TaskProgress progress)
    implements FlatMapFunction<Iterator<ManifestRow>, ScanResult> {
  /** Stats wait for file servers; from a local disk's cache more threads take no less time. */
  private static final int THREADS = 16;

  @Override
  public Iterator<ScanResult> call(Iterator<ManifestRow> rows) {
    RootsSeen.Collector rootsSeen = new RootsSeen.Collector();
    FileScanner scanner = new FileScanner(verify.policy(), rootsSeen);
    Iterator<List<Candidate>> scanned =
        ConcurrentMap.map(
            // No file is read: a group has as many rows as one may have, and limited text.
            new RowGroups<>(rows, Function.identity(), row -> 0),
            THREADS,
            "scan",
            batch -> batch.stream().map(row -> scan(scanner, row)).toList());
    Sorting sorting = new Sorting(TaskFiles.ofTask(output, Steps.SCAN));
    while (scanned.hasNext()) {
      List<Candidate> batch = scanned.next();
      batch.forEach(sorting::add);
      progress.count(batch.size());
    }
    return List.of(sorting.result(rootsSeen.finish())).iterator();
  }

  /** Returns a candidate's form also of what is none: its verdict says so. */
  private Candidate scan(FileScanner scanner, ManifestRow row) {
    if (!row.added()) {
      return new Candidate(scanner.scan(row, null), "", 0);
    }
    AssetRoot root = roots.of(Objects.requireNonNull(row.root()));
    AssetRoot.Seen seen = root.seen();
    return new Candidate(scanner.scan(row, root), seen.realPath(), seen.inode());
  }

  /** Sorts rows into files. */
  private final class Sorting {
    private final TaskFiles files;
    private final Map<String, Long> rowsByFile = new HashMap<>();
    private final Namespaces.Counter namespaces = new Namespaces.Counter();
    private long invalidRows;

    Sorting(TaskFiles files) {
      this.files = files;
    }

    void add(Candidate scanned) {
      VerifiedRow found = scanned.found();
      ManifestRow row = found.row();
      rowsByFile.merge(row.manifestFile(), 1L, Long::sum);
      if (row.fault() != null && !row.unrepresentable()) {
        invalidRows++;
      }
      if (found.verdict() == Verdict.UNCHANGED) {
        namespaces.add(Objects.requireNonNull(row.topHash()));
        goOn(scanned);
      } else if (found.verdict() == Verdict.DELETED && verify.findRenamed() != FindRenamed.OFF) {
        files.add(Steps.MISSING, Candidate.CODEC, scanned, 0);
      } else {
        OutcomeCounts.add(Outcome.valueOf(found.verdict().name()), row.storedSize());
        ledgerRows.of(found, null).addTo(files);
      }
    }

    private void goOn(Candidate scanned) {
      long weight = Weights.ofFile(scanned.found().size(), true);
      if (scanned.found().md5() != null) {
        files.add(Steps.CANDIDATES, Candidate.CODEC, scanned, weight);
      } else {
        files.cutAt(Steps.UNDIGESTED, Weights.MOST_OF_UNDIGESTED);
        files.add(Steps.UNDIGESTED, Candidate.CODEC, scanned, weight);
      }
    }

    ScanResult result(RootsSeen rootsSeen) {
      List<StepFile> written = files.finish();
      return new ScanResult(written, rowsByFile, invalidRows, namespaces.namespaces(), rootsSeen);
    }
  }
}
