package org.assetstager.upload;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.plan.WorkRow;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.FlatIterator;
import org.assetstager.spark.OutcomeCounts;

/**
 * Carries out a work file: sends what is to be sent, reads what else is to be read, several files
 * at a time, and writes the ledger's row of every row. One work file is a task's whole work.
 */
public final class TransferWork
    implements org.apache.spark.api.java.function.Function<StepFile, StepFile> {
  /** The step that this is. */
  public static final String STEP = "transfer";

  /** The kind of the files that it writes. */
  public static final String LEDGER = "ledger";

  /** The key of the work file's name, in the footer of the file that was made of it. */
  public static final String WORK_KEY = "asset-stager.work";

  private final UploadTasks tasks;
  private final LedgerRows ledgerRows;
  private final StepOutput output;
  private final String planStep;

  /**
   * Takes what all work files have in common.
   *
   * @param planStep the step that wrote the work files, of {@link WorkRow}s
   */
  public TransferWork(
      UploadTasks tasks, LedgerRows ledgerRows, StepOutput output, String planStep) {
    this.tasks = tasks;
    this.ledgerRows = ledgerRows;
    this.output = output;
    this.planStep = planStep;
  }

  /**
   * Carries out a work file, inside a task.
   *
   * @return a file of {@link LedgerRow}s with the work file's number, to be committed
   * @throws org.assetstager.asset.JobFailure for whatever isn't one file's fault
   */
  @Override
  public StepFile call(StepFile work) {
    TransferTask task = new TransferTask(tasks, ledgerRows);
    Iterator<WorkRow> rows = output.read(planStep, work, WorkRow.CODEC);
    Iterator<List<LedgerRow>> ended =
        ConcurrentMap.map(
            new TransferUnits(rows, task::isRead), tasks.smallFilesAtOnce(), STEP, task::end);
    Map<String, String> footer = new HashMap<>(LedgerSchema.footer());
    footer.put(WORK_KEY, work.name());
    try (RecordWriter writer =
        output.create(STEP, LEDGER, work.number(), LedgerRow.CODEC, footer)) {
      // The bytes are counted as they are read.
      Map<Outcome, Total> totals =
          write(
              tasks.progress().counting(new FlatIterator<>(ended), row -> 0, Function.identity()),
              writer);
      if (writer.rows() != work.rows()) {
        throw new IllegalStateException(
            writer.rows() + " rows came of the " + work.rows() + " of " + work.name());
      }
      return writer.finish(totals);
    }
  }

  /** Returns the sums of the rows. */
  private static Map<Outcome, Total> write(Iterator<LedgerRow> rows, RecordWriter writer) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    while (rows.hasNext()) {
      LedgerRow row = rows.next();
      writer.add(LedgerRow.CODEC.toRow(row), 0);
      totals.merge(row.outcome(), new Total(1, row.size() == null ? 0 : row.size()), Total::plus);
      OutcomeCounts.add(row.outcome(), row.size());
    }
    return totals;
  }
}
