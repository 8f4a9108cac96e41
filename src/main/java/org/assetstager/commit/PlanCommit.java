package org.assetstager.commit;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.audit.ClaimedContent;
import org.assetstager.audit.ListedClaim;
import org.assetstager.audit.ListedClaims;
import org.assetstager.catalog.ContentName;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.settings.Settings;
import scala.Tuple2;

/**
 * Cuts the contents of a partition into work files of {@link ClaimedContent}s; what the listings
 * prove to be in the remote already ends here.
 */
record PlanCommit(Settings settings, boolean removeStaged, StepOutput output, long targetWeight)
    implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, PlanCommit.Part> {
  /** The step that this is. */
  static final String STEP = "plan";

  /** The kind of its work files. */
  static final String WORK = "work";

  /**
   * The result of a task.
   *
   * @param rows of the run's ledger that claim the contents in the files
   */
  record Part(List<StepFile> files, long rows) implements Serializable {}

  @Override
  public Iterator<Part> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
    TaskFiles files = TaskFiles.ofTask(output, STEP);
    ListedClaims claims = new ListedClaims(sorted);
    long rows = 0;
    while (claims.hasNext()) {
      ListedClaim listed = claims.next();
      rows += listed.claim().rows();
      plan(settings.commit().trustsRecordedEtags() ? listed : listed.withoutRecordedEtag(), files);
    }
    return List.of(new Part(files.finish(), rows)).iterator();
  }

  private void plan(ListedClaim listed, TaskFiles files) {
    ClaimedContent claim = listed.claim();
    ContentName name = claim.content();
    boolean nothingToRemove = !removeStaged || listed.staging() == null;
    if (name == null) {
      end(
          CommittedContent.of(
              claim,
              null,
              CommitOutcome.REFUSED,
              null,
              "The row of the run's ledger is damaged: its top_hash, md5 or size is missing or"
                  + " wrong"),
          files);
    } else if (listed.isProvedInRemote() && nothingToRemove) {
      end(
          CommittedContent.of(
              claim,
              ContentCommitter.remoteKey(settings, name),
              CommitOutcome.KNOWN_REMOTE,
              Objects.requireNonNull(listed.remote()).etag(),
              null),
          files);
    } else {
      long weight = Weights.ofFile(claim.size(), true);
      if (files.weight(WORK) > 0 && files.weight(WORK) + weight > targetWeight) {
        files.cut(WORK);
      }
      files.add(WORK, ClaimedContent.CODEC, claim, weight);
    }
  }

  private static void end(CommittedContent content, TaskFiles files) {
    files.addRow(TaskFiles.LEDGER, CommittedContent.CODEC, content);
  }
}
