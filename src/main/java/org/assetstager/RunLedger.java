package org.assetstager;

import org.assetstager.ledger.LedgerTable;
import org.assetstager.settings.Settings;

/** Writes a run's ledger: the pipeline's last stage. */
final class RunLedger {
  private final Settings settings;
  private final StageRun run;

  RunLedger(Settings settings, StageRun run) {
    this.settings = settings;
    this.run = run;
  }

  /** Adds the ledger to the table of all runs. */
  LedgerTable.Added addToTable() {
    LedgerTable table = LedgerTable.below(settings.ledgerPath(), run.folder().configuration());
    return table.add(run.description().runId(), run.description().nonce(), run.folder());
  }
}
