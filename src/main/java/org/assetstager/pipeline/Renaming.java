package org.assetstager.pipeline;

import java.util.List;
import org.assetstager.pipeline.StepRun.Done;
import org.assetstager.run.StepCommit;
import org.assetstager.verify.Roots;

/** Looks for the new paths of missing files. */
final class Renaming {
  private final PipelineRun run;
  private final Roots roots;

  Renaming(PipelineRun run, Roots roots) {
    this.run = run;
    this.roots = roots;
  }

  StepCommit run(StepCommit scan) {
    if (scan.files(Steps.MISSING).isEmpty()) {
      return StepRun.once(run, Steps.RENAMES, () -> new Done(List.of()));
    }
    throw new UnsupportedOperationException();
  }
}
