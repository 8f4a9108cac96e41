package org.assetstager.upload;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.Function;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.OutcomeCounts;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a work file: sends what is to be sent, reads what else is to be read, several files
 * at a time, and writes the ledger's row of every row. One work file is a task's whole work.
 *
 * @param planStep the step that wrote the work files, of {@link WorkRow}s
 */
public record TransferWork(
    UploadTasks tasks, LedgerRows ledgerRows, StepOutput output, String planStep)
    implements Function<StepFile, StepFile> {
  public static final String STEP = "transfer";

  /** The kind of the files that say what was found by reading a whole file that others send. */
  public static final String WHOLE = "whole";

  /** As {@link #WHOLE}, of a file that isn't what its row says. */
  private static final String REFUSED = "refused";

  /** The kind of the files that record sent parts. */
  static final String PARTS = "parts";

  /** The key of the work file's name, in the footer of the file that was made of it. */
  public static final String WORK_KEY = "asset-stager.work";

  /**
   * Carries out a work file, inside a task.
   *
   * @return a file of {@link LedgerRow}s with the work file's number, to be committed
   * @throws org.assetstager.asset.JobFailure if the failure isn't that of one file
   */
  @Override
  public StepFile call(StepFile work) {
    return carryOut(work, null, null);
  }

  private StepFile carryOut(
      StepFile work, TransferTask.@Nullable SentSplit split, @Nullable ContentOutcome found) {
    TransferTask task = new TransferTask(tasks, ledgerRows, split);
    Iterator<WorkRow> rows = output.read(planStep, work, WorkRow.CODEC);
    Iterator<List<LedgerRow>> ended =
        ConcurrentMap.map(
            new TransferUnits(rows, task::isRead, found),
            tasks.smallFilesAtOnce(),
            STEP,
            task::end);
    Map<String, String> footer = new HashMap<>(LedgerSchema.footer());
    footer.put(WORK_KEY, work.name());
    try (RecordWriter writer =
        output.create(STEP, TaskFiles.LEDGER, work.number(), LedgerRow.CODEC, true, footer)) {
      Map<Outcome, Total> totals = write(ended, writer);
      if (writer.rows() != work.rows()) {
        throw new IllegalStateException(
            writer.rows() + " rows came of the " + work.rows() + " of " + work.name());
      }
      return writer.finish(totals);
    }
  }

  /**
   * Opens the upload of a work file's content, for many tasks to send its parts. A content as large
   * as this that is sent has a work file of its own.
   *
   * @param aloneBytes contents of at most so many are left to one task
   * @return empty where one task does better
   */
  Optional<SplitUpload> open(StepFile work, long aloneBytes) {
    WorkRow row = firstRow(work);
    PlannedUpload planned = TransferTask.planned(row, tasks.lookFirst());
    return row.decision() != Exclusion.UPLOAD || planned.size() <= aloneBytes
        ? Optional.empty()
        : tasks.uploader().split().open(work, planned);
  }

  /** Reads the whole file of a content that others send. */
  StepFile digestWhole(SplitUpload upload) {
    Candidate candidate = firstRow(upload.work()).candidate();
    VerifiedRow found =
        // Its bytes count as those of the parts.
        tasks.verifier(bytes -> {}).verify(candidate.found().row(), tasks.roots().of(candidate));
    // A later driver looks again at what was refused.
    String kind = found.verdict() == Verdict.UNCHANGED ? WHOLE : REFUSED;
    return write(upload.work(), kind, VerifiedRow.CODEC, List.of(found));
  }

  StepFile sendParts(SplitUpload upload, int first, int count) {
    PlannedUpload planned = TransferTask.planned(firstRow(upload.work()), tasks.lookFirst());
    List<SentPart> sent = tasks.uploader().split().send(upload, planned, first, count);
    return write(upload.work(), PARTS, SentPart.CODEC, sent);
  }

  /**
   * Carries out a work file whose first content is sent, except for completing its upload.
   *
   * @param pieces the files that {@link #digestWhole} and {@link #sendParts} made
   */
  StepFile end(SplitUpload upload, List<StepFile> pieces) {
    VerifiedRow whole =
        upload.digested() ? firstRow(upload.work()).candidate().found() : whole(pieces);
    return carryOut(
        upload.work(),
        new TransferTask.SentSplit(upload, whole, records(pieces, PARTS, SentPart.CODEC)),
        null);
  }

  /**
   * Carries a work file out that has more rows of a content, of which another has the first.
   *
   * @param first what came of the other: its rows of the ledger
   */
  StepFile callLater(StepFile work, StepFile first) {
    WorkRow row = firstRow(work);
    Iterator<LedgerRow> rows = output.read(STEP, first, LedgerRow.CODEC);
    ContentOutcome found = null;
    while (found == null && rows.hasNext()) {
      found = ContentFate.foundBy(rows.next(), row);
    }
    return carryOut(work, null, found);
  }

  private VerifiedRow whole(List<StepFile> pieces) {
    List<VerifiedRow> whole = records(pieces, WHOLE, VerifiedRow.CODEC);
    whole.addAll(records(pieces, REFUSED, VerifiedRow.CODEC));
    return whole.get(0);
  }

  private WorkRow firstRow(StepFile work) {
    return output.read(planStep, work, WorkRow.CODEC).next();
  }

  private <R extends Record> List<R> records(
      List<StepFile> pieces, String kind, RecordCodec<R> codec) {
    List<R> records = new ArrayList<>();
    for (StepFile piece : pieces) {
      if (piece.kind().equals(kind)) {
        output.read(STEP, piece, codec).forEachRemaining(records::add);
      }
    }
    return records;
  }

  private <R extends Record> StepFile write(
      StepFile work, String kind, RecordCodec<R> codec, List<R> records) {
    try (RecordWriter writer =
        output.create(STEP, kind, work.number(), codec, false, Map.of(WORK_KEY, work.name()))) {
      records.forEach(record -> writer.add(codec, record, 0));
      return writer.finish(Map.of());
    }
  }

  private Map<Outcome, Total> write(Iterator<List<LedgerRow>> ended, RecordWriter writer) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    while (ended.hasNext()) {
      for (LedgerRow row : ended.next()) {
        writer.add(LedgerRow.CODEC, row, 0);
        long bytes = row.size() == null ? 0 : row.size();
        totals.merge(row.outcome(), new Total(1, bytes), Total::plus);
        OutcomeCounts.add(row.outcome(), row.size());
        // The bytes are counted as they are read.
        tasks.progress().count(1);
      }
    }
    return totals;
  }
}
