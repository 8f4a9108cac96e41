package org.assetstager.report;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.Remedy;
import org.assetstager.testing.SampleRows;
import org.jspecify.annotations.Nullable;

/** Ledger rows and totals to test with. */
final class Rows {
  private Rows() {}

  static LedgerRow row(Outcome outcome, String path, String detail, String remedy) {
    return SampleRows.ledgerRow(
        outcome, "m.json", 42, "a1", "/data", path, 12L, detail, remedy, null);
  }

  /** A problem of ten bytes. */
  static Problem problem(Outcome outcome, @Nullable Remedy kind, String file, String createdBy) {
    return new Problem(
        outcome,
        kind,
        file.substring(0, Math.max(file.lastIndexOf('/'), file.startsWith("/") ? 1 : 0)),
        file,
        "",
        1,
        "a1",
        createdBy,
        10L,
        "size 1 is now 2",
        "Add it again");
  }

  /** Groups of rows. */
  static List<ProblemGroup> groups(List<LedgerRow> rows) {
    ProblemGroups groups = new ProblemGroups();
    rows.forEach(row -> groups.add(Problem.of(row)));
    return groups.groups();
  }

  /** Each outcome's rows; a row has ten bytes. */
  static OutcomeTotals totals(Object... outcomesAndRows) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    for (int i = 0; i < outcomesAndRows.length; i += 2) {
      int rows = (Integer) outcomesAndRows[i + 1];
      totals.put((Outcome) outcomesAndRows[i], new Total(rows, 10L * rows));
    }
    return new OutcomeTotals(totals);
  }

  /** The exit code of a run of which every row that needs a person counts. */
  static ExitCode exitCode(OutcomeTotals totals) {
    return totals.exitCode(new ProblemCounts(null, 0, totals.rowsThatNeedAPerson(), 0));
  }
}
