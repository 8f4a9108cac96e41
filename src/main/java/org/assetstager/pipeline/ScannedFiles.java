package org.assetstager.pipeline;

import com.google.common.collect.Iterators;
import java.util.Iterator;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.ScannedRow;
import org.assetstager.verify.ScannedRows;
import org.jspecify.annotations.Nullable;

/** Reads a few columns of the scan's rows, of final ones and of those for the next step. */
record ScannedFiles(StepOutput output) implements ScannedRows {
  /** Columns of {@link Candidate}. */
  private static final RecordCodec<ScannedRow> OF_CANDIDATES = RecordCodec.of(ScannedRow.class);

  private static final RecordCodec<LedgerPlace> OF_LEDGER = RecordCodec.of(LedgerPlace.class);

  /** Columns of {@link org.assetstager.ledger.LedgerRow}. */
  private record LedgerPlace(@Nullable String root, @Nullable String path, @Nullable Long stIno) {}

  @Override
  public Iterator<ScannedRow> read(StepFile file) {
    return file.kind().equals(TaskFiles.LEDGER)
        ? Iterators.transform(
            output.read(Steps.SCAN, file, OF_LEDGER),
            row -> new ScannedRow(row.root(), row.path(), row.stIno()))
        : output.read(Steps.SCAN, file, OF_CANDIDATES);
  }
}
