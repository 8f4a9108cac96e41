package org.assetstager.testing;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;

/** Writes ledgers as runs do. */
public final class WrittenLedger {
  private static final String NONCE = "nonce";
  private static final String STEP = "transfer";
  private static final String KIND = "ledger";

  private WrittenLedger() {}

  /** Writes and publishes the ledger of a run; each file has some of the rows. */
  public static void write(RunFolder folder, List<LedgerRow> rows, int rowsOfFile) {
    StepOutput output = new StepOutput(folder, NONCE);
    List<StepFile> files = new ArrayList<>();
    for (List<LedgerRow> part : Lists.partition(rows, rowsOfFile)) {
      Map<Outcome, Total> outcomes = new EnumMap<>(Outcome.class);
      try (RecordWriter writer =
          output.create(STEP, KIND, files.size(), LedgerRow.CODEC, LedgerSchema.footer())) {
        for (LedgerRow row : part) {
          writer.add(LedgerRow.CODEC.toRow(row), 0);
          long size = row.size() == null ? 0 : Math.max(0, row.size());
          outcomes.merge(row.outcome(), new Total(1, size), Total::plus);
        }
        files.add(writer.finish(outcomes));
      }
    }
    new PublishedLedger(folder)
        .publish(List.of(new StepCommits(folder, NONCE).commit(STEP, files)), KIND);
  }
}
