package org.assetstager.pipeline;

import java.util.Iterator;
import java.util.Objects;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.KnownContent;
import org.assetstager.catalog.RemoteConfirmation;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.spark.OutcomeCounts;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.UploadResult;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Decides about each content of a partition, once, and writes its rows: to the ledger if nothing
 * has to be read or sent, else to a work file of the transfer. The input is in the order of {@link
 * ContentOrder}; one row of a content is in memory at a time.
 *
 * @param target what a work file may weigh before the next one is begun
 * @param splitThreshold larger contents that are sent have a work file of their own
 * @param mostTogether rows of a content that is sent that one task may have; others wait for it
 * @param confirmation asks the remote again where its listing isn't enough
 */
record PlanContents(
    StepOutput output,
    LedgerRows ledgerRows,
    DigestMode digest,
    boolean dryRun,
    long target,
    long splitThreshold,
    long mostTogether,
    RemoteConfirmation confirmation,
    TaskProgress progress)
    implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, StepFile> {
  /** Detail of a dry run: staging holds an object of this size, which a run looks at. */
  static final String UNPROVED = "UNPROVED";

  private static final String LATER_WORK = Steps.laterOf(Steps.WORK);
  private static final String LATER_ALONE = Steps.laterOf(Steps.WORK_ALONE);

  @Override
  public Iterator<StepFile> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
    TaskFiles files = TaskFiles.ofTask(output, Steps.PLAN);
    confirmation.beginTask();
    Iterator<Tuple2<byte[], byte[]>> confirmed =
        confirmation.all() ? new AskAhead(sorted, confirmation) : sorted;
    Content content = null;
    while (confirmed.hasNext()) {
      Tuple2<byte[], byte[]> next = confirmed.next();
      if (content == null || !ContentOrder.sameContent(content.key, next._1())) {
        content = new Content(next._1(), files);
      }
      content.add(ContentOrder.what(next._1()), next._2());
    }
    return files.finish().iterator();
  }

  /** Goes through what there is of one content. */
  private final class Content {
    private final byte[] key;
    private final TaskFiles files;
    private @Nullable KnownContent remote;
    private @Nullable KnownContent staging;
    private @Nullable Exclusion decision;
    private @Nullable ContentOutcome outcome;
    private String kind = Steps.WORK;
    private long rows;

    Content(byte[] key, TaskFiles files) {
      this.key = key;
      this.files = files;
    }

    void add(byte what, byte[] value) {
      switch (what) {
        // A key that was moved or listed twice occurs twice: the same object.
        case ContentOrder.REMOTE -> remote = KnownContent.CODEC.fromBytes(value);
        case ContentOrder.STAGING -> staging = KnownContent.CODEC.fromBytes(value);
        case ContentOrder.ENDED -> end(Candidate.CODEC.fromBytes(value).found(), null);
        default -> plan(Candidate.CODEC.fromBytes(value));
      }
    }

    private void plan(Candidate candidate) {
      VerifiedRow found = candidate.found();
      if (rows == 0 && remote != null) {
        remote = confirmation.confirmed(remote).orElse(null);
      }
      // Whether the remote's object is the content depends on the size that a row claims.
      Exclusion known = decision == null || remote != null ? decide(found) : decision;
      boolean sent = known.isSent();
      if (decision == null) {
        decision = known;
        kind = begin(sent, found);
      }
      KnownContent object = object(known);
      WorkRow row =
          new WorkRow(
              candidate,
              known,
              object == null ? null : object.size(),
              object == null ? null : object.etag());
      boolean read = row.isRead(digest);
      if (dryRun || (!sent && !read)) {
        outcome = outcome == null || !sent ? outcome(row) : outcome;
        end(found, outcome);
      } else {
        if (sent && rows == mostTogether) {
          kind = Steps.laterOf(kind);
        }
        if ((!sent || rows > mostTogether) && files.weight(kind) >= target) {
          files.cut(kind);
        }
        files.add(kind, WorkRow.CODEC, row, Weights.ofFile(found.size(), read || rows == 0));
      }
      rows++;
      progress.count(rows == 1 ? 1 : 0);
    }

    private Exclusion decide(VerifiedRow found) {
      String md5 = Objects.requireNonNull(found.md5());
      return Exclusion.of(
          md5,
          Objects.requireNonNull(found.size()),
          remote == null ? null : remote.size(),
          remote == null || remote.etagIsNoMd5() ? null : remote.etag(),
          staging == null ? null : staging.size(),
          staging == null ? null : staging.etag());
    }

    /** Returns the kind of file that the content goes to: a heavy one has its own. */
    private String begin(boolean sent, VerifiedRow found) {
      files.cut(Steps.WORK_ALONE);
      files.cut(LATER_ALONE);
      files.cut(LATER_WORK);
      if (sent && (Weights.ofFile(found.size(), true) >= target || isSplit(found))) {
        return Steps.WORK_ALONE;
      }
      if (files.weight(Steps.WORK) >= target) {
        files.cut(Steps.WORK);
      }
      return Steps.WORK;
    }

    /** Whether many tasks may send it, if the run has little else to do. */
    private boolean isSplit(VerifiedRow found) {
      return Objects.requireNonNull(found.size()) > splitThreshold;
    }

    private @Nullable KnownContent object(Exclusion known) {
      return known == Exclusion.KNOWN_REMOTE || known == Exclusion.CONFLICT ? remote : staging;
    }

    /** Returns what becomes of rows that need no reading. */
    private ContentOutcome outcome(WorkRow row) {
      if (!row.decision().isSent()) {
        return row.known();
      }
      VerifiedRow found = row.candidate().found();
      String detail = null;
      if (row.decision() == Exclusion.PROVE) {
        boolean sameSize = Objects.equals(row.objectSize(), found.size());
        detail = sameSize ? UNPROVED : UploadResult.REPLACED;
      }
      return ContentOutcome.of(found, Outcome.PLANNED, detail, null);
    }

    private void end(VerifiedRow found, @Nullable ContentOutcome content) {
      var row = ledgerRows.of(found, content);
      OutcomeCounts.add(row.outcome(), row.size());
      row.addTo(files);
    }
  }
}
