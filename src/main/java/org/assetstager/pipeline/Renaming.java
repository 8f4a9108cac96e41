package org.assetstager.pipeline;

import java.util.List;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.OutcomeCounts;
import org.assetstager.verify.LastRows;
import org.assetstager.verify.RenameStep;
import org.assetstager.verify.Roots;
import org.assetstager.verify.VerifiedRow;

/** Looks for the new paths of missing files. */
record Renaming(PipelineRun run, Roots roots) {
  StepCommit execute(StepCommit scan) {
    List<StepFile> missing = scan.files(Steps.MISSING);
    if (missing.isEmpty()) {
      return run.nothing(Steps.RENAMES);
    }
    return run.steps()
        .once(
            Steps.RENAMES,
            () ->
                run.phases()
                    .run(Steps.SCAN, "look for renamed files", () -> search(missing, scan)));
  }

  private Done search(List<StepFile> missing, StepCommit scan) {
    RenameStep search =
        new RenameStep(
            run.spark(),
            run.output(),
            roots,
            run.settings().verify().findRenamed(),
            run.description().cores());
    List<StepFile> ended =
        search.run(Steps.SCAN, missing, scan.files(), new LedgerOfRenames(run.ledgerRows()));
    StepBalance.require(Steps.RENAMES, StepFiles.rows(missing), StepFiles.rows(ended));
    return new Done(ended);
  }

  /** Writes ledger rows. */
  private record LedgerOfRenames(LedgerRows ledgerRows) implements LastRows {
    @Override
    public void add(VerifiedRow row, TaskFiles files) {
      OutcomeCounts.add(Outcome.valueOf(row.verdict().name()), row.row().storedSize());
      ledgerRows.of(row, null).addTo(files);
    }
  }
}
