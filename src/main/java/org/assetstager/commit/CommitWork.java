package org.assetstager.commit;

import java.util.Iterator;
import org.apache.spark.api.java.function.Function;
import org.assetstager.audit.ClaimedContent;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.UploadLog;

/** Commits the contents of a work file, several at a time. One work file is a task's whole work. */
record CommitWork(
    Settings settings,
    String commitId,
    boolean removeStaged,
    UploadLog log,
    StepOutput output,
    RequestTotals requests,
    TaskProgress progress)
    implements Function<StepFile, StepFile> {
  /** The step that this is. */
  static final String STEP = "copy";

  /** Requests wait for the store, not for a core. */
  private static final int CONTENTS_AT_ONCE = 16;

  @Override
  public StepFile call(StepFile work) {
    requests.addWhenTaskEnds();
    ContentCommitter committer =
        new ContentCommitter(settings, commitId, removeStaged, log, progress::countBytes);
    TaskFiles files = TaskFiles.ofWork(output, STEP, work);
    Iterator<CommittedContent> ended =
        ConcurrentMap.map(
            output.read(PlanCommit.STEP, work, ClaimedContent.CODEC),
            CONTENTS_AT_ONCE,
            "commit",
            committer::commit);
    ended.forEachRemaining(
        content -> {
          files.addRow(TaskFiles.LEDGER, CommittedContent.CODEC, content);
          progress.count(1);
          if (content.outcome() != CommitOutcome.COMMITTED && content.size() != null) {
            progress.passOver(content.size());
          }
        });
    return files.finish().get(0);
  }
}
