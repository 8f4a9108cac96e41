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
 * @param attempts in their order; more than one where the run was resumed
 * @param stageAgain the command that does the run once more, as lines for a shell
 */
public record Page(
    RunReport report,
    AssetTotals assets,
    Map<Outcome, List<LedgerRow>> people,
    List<Attempt> attempts,
    String stageAgain) {
  /** How many rows are shown one by one: what a browser sorts and filters without a pause. */
  public static final int MOST_ROWS = 10_000;

  /** How many attempts are drawn, the last ones: each may take some hundred kilobytes. */
  public static final int MOST_ATTEMPTS = 20;

  /** Returns the attempts that are drawn. */
  List<Attempt> drawn() {
    return attempts.subList(Math.max(0, attempts.size() - MOST_ATTEMPTS), attempts.size());
  }
}
