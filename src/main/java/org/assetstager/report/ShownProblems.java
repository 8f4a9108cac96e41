package org.assetstager.report;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What of a ledger asks for somebody.
 *
 * @param groups all of it, that of the most rows first
 * @param rows some of the rows, by path: at least one of each outcome
 */
public record ShownProblems(List<ProblemGroup> groups, List<Problem> rows) {
  /** Of a ledger, or a run without one, that asks for nobody. */
  public static final ShownProblems NONE = new ShownProblems(List.of(), List.of());

  /** Returns the same with each row that is shown replaced. */
  public ShownProblems withEach(UnaryOperator<Problem> replaced) {
    return new ShownProblems(
        groups.stream().map(group -> group.withEach(replaced)).toList(),
        rows.stream().map(replaced).toList());
  }
}
