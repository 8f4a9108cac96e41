package org.assetstager.report;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The rows of a ledger that need a person.
 *
 * @param groups all of them, the largest group first
 * @param rows some of the rows, by path: at least one of each outcome
 */
public record ShownProblems(List<ProblemGroup> groups, List<Problem> rows) {
  /** No row needs a person, or the run has no ledger. */
  public static final ShownProblems NONE = new ShownProblems(List.of(), List.of());

  /** Returns the same with each row that is shown replaced. */
  public ShownProblems withEach(UnaryOperator<Problem> replaced) {
    return new ShownProblems(
        groups.stream().map(group -> group.withEach(replaced)).toList(),
        rows.stream().map(replaced).toList());
  }
}
