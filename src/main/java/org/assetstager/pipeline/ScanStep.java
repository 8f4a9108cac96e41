package org.assetstager.pipeline;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.manifest.ManifestFiles;
import org.assetstager.manifest.ManifestReader;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepRun.Done;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.Roots;

/** Reads the manifest and looks at each of its files, without reading any. */
record ScanStep(PipelineRun run, Roots roots) {
  StepCommit execute() {
    return run.once(Steps.SCAN, "scan the files", "rows", this::scan);
  }

  private Done scan(TaskProgress progress) {
    ManifestReader reader =
        new ManifestReader(
            run.spark(), run.settings().manifest(), run.description().defaultRoot(), progress);
    ScanTotals totals =
        ScanTotals.ofTasks(
            reader
                .read(run.description().manifests())
                .mapPartitions(
                    new ScanTask(
                        run.output(), roots, run.settings().verify(), run.ledgerRows(), progress)));
    requireUnchangedManifests();
    requireAllRows(totals.rowsByFile());
    requireFewInvalid(totals.invalidRows());
    StepBalance.require(
        Steps.SCAN,
        totals.rowsByFile().values().stream().mapToLong(Long::longValue).sum(),
        StepFiles.rows(totals.files()));
    roots.compare(totals.roots());
    return new Done(totals.files(), totals.namespaces().toNotes());
  }

  private void requireUnchangedManifests() {
    List<ManifestFile> before = run.description().manifests();
    if (!ManifestFiles.lookAgain(before, configuration()).equals(before)) {
      throw JobFailure.input(
          "Somebody wrote to the manifest while the job read it",
          "Wait for its writer to finish, then start a new run");
    }
  }

  private Configuration configuration() {
    return run.spark().hadoopConfiguration();
  }

  /** Compares the rows of each folder with the number that its writer left beside them. */
  private void requireAllRows(Map<String, Long> rowsByFile) {
    for (ManifestFile end : run.description().manifests()) {
      if (end.format() == Format.SUCCESS) {
        String folder = end.path().substring(0, end.path().lastIndexOf('/') + 1);
        long read =
            rowsByFile.entrySet().stream()
                .filter(file -> file.getKey().startsWith(folder))
                .mapToLong(Map.Entry::getValue)
                .sum();
        long expected = ManifestFiles.rowsBeside(end, configuration());
        if (read != expected) {
          throw JobFailure.input(
              "The manifest folder "
                  + folder
                  + " has "
                  + read
                  + " rows, but its _SUCCESS says "
                  + expected,
              "Restore it, or write it again");
        }
      }
    }
  }

  private void requireFewInvalid(long invalid) {
    Long most = run.description().maxInvalid();
    if (most != null && invalid > most) {
      throw JobFailure.input(
          "The manifest has " + invalid + " bad rows, more than the " + most + " of --max-invalid",
          "Fix them (the run's folder "
              + run.folder().location()
              + "/steps/scan lists them with their faults), or allow more");
    }
  }
}
