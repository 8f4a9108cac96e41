package org.assetstager.report.html;

import java.util.List;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShownProblems;
import org.jspecify.annotations.Nullable;

/**
 * The contents of {@code report.html}.
 *
 * @param problems whose rows are shown as far as there is room; the totals of the report say how
 *     many there are
 * @param attempts in their order; more than one where the run was resumed
 * @param earlier the run before, of the same manifest, whose page lies in the folder beside this
 *     one's; null where there is none
 * @param resume the command that goes on with the run
 * @param stageAgain the command that does the run once more
 */
public record Page(
    RunReport report,
    AssetTotals assets,
    ShownProblems problems,
    List<Attempt> attempts,
    @Nullable RunReport earlier,
    String resume,
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
