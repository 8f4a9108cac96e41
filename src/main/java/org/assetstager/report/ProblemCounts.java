package org.assetstager.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of rows that need a person, by whether they count for the exit code.
 *
 * @param knownFrom id of the earlier run whose problems are known; null where none was named
 * @param known rows that the earlier run had in the same way: they don't count
 * @param others all other rows
 * @param mostOthers how many of these don't count either, if there are no more
 */
public record ProblemCounts(
    @Nullable String knownFrom,
    long known,
    @JsonProperty("new") long others,
    @JsonProperty("most_new") long mostOthers) {
  /** Whether these problems change the exit code. */
  public boolean count() {
    return others > mostOthers;
  }
}
