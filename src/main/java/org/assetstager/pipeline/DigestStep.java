package org.assetstager.pipeline;

import java.util.List;
import org.assetstager.report.Amounts;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.Weights;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.DigestLog;
import org.assetstager.verify.Roots;

/** Computes the MD5s of the candidates that claim none: their keys aren't known without. */
record DigestStep(PipelineRun run, Roots roots) {
  StepCommit execute(StepCommit scan) {
    List<StepFile> undigested = scan.files(Steps.UNDIGESTED);
    if (undigested.isEmpty()) {
      return run.nothing(Steps.DIGEST);
    }
    long rows = StepFiles.rows(undigested);
    return run.once(
        Steps.DIGEST,
        "digest " + Amounts.count(rows) + " files",
        TaskProgress.FILES,
        progress -> digest(undigested, progress.expect(rows, Weights.bytes(undigested))));
  }

  private Done digest(List<StepFile> undigested, TaskProgress progress) {
    DigestWork work =
        new DigestWork(
            run.output(),
            roots,
            run.settings().verify(),
            run.settings().upload(),
            new DigestLog(run.folder()),
            progress);
    return new Done(run.steps().missing(Steps.DIGEST, undigested, Steps.DIGESTED, progress, work));
  }
}
