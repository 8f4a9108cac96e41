package org.assetstager.report.html;

import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.RunReport;

/**
 * All that {@code report.html} shows.
 *
 * @param people rows that ask for a person, in the order to be shown, at most {@link #MOST_ROWS} in
 *     all; the totals of the report say how many there are
 * @param resumed whether the run was started before: phases and tasks are those since then
 * @param stageAgain the command that does the run once more, as lines for a shell
 */
public record Page(
    RunReport report,
    AssetTotals assets,
    Map<Outcome, List<LedgerRow>> people,
    Timeline timeline,
    boolean resumed,
    String stageAgain) {
  /** How many rows are shown one by one: what a browser sorts and filters without a pause. */
  public static final int MOST_ROWS = 10_000;
}
