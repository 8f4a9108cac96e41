package org.assetstager.verify;

import com.google.common.collect.Iterators;
import java.io.Serializable;
import java.util.Iterator;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads a few columns of the scan's rows, of final ones and of those for the next step, in tasks.
 *
 * @param scan name of the scan's step
 */
record ScannedRows(StepOutput output, String scan) implements Serializable {
  private static final RecordCodec<LedgerPlace> OF_LEDGER = RecordCodec.of(LedgerPlace.class);

  /** Columns of the ledger. */
  private record LedgerPlace(@Nullable String root, @Nullable String path, @Nullable Long stIno) {}

  /** Returns the rows of a file; called inside a task, which closes it when it ends. */
  Iterator<ScannedRow> read(StepFile file) {
    return file.kind().equals(TaskFiles.LEDGER)
        ? Iterators.transform(
            output.read(scan, file, OF_LEDGER),
            row -> new ScannedRow(row.root(), row.path(), row.stIno()))
        : Iterators.transform(output.read(scan, file, Candidate.CODEC), ScannedRow::of);
  }
}
