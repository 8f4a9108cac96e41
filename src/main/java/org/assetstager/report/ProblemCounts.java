package org.assetstager.report;

import org.jspecify.annotations.Nullable;

/**
 * How many of a run's rows that need a person count for its exit code.
 *
 * @param knownFrom id of the earlier run whose problems are known; null where none was named
 * @param known rows that the earlier run had in the same way: they don't count
 * @param others all other rows
 * @param mostOthers how many of these don't count either, if there are no more
 */
public record ProblemCounts(@Nullable String knownFrom, long known, long others, long mostOthers) {
  /** Whether the exit code is to tell of them. */
  public boolean count() {
    return others > mostOthers;
  }
}
