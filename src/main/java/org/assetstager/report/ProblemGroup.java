package org.assetstager.report;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.Remedy;
import org.jspecify.annotations.Nullable;

/**
 * All rows with the same remedy.
 *
 * @param kind the remedy, or null if this version doesn't know the ledger's code
 * @param total exact, even if few rows are shown
 * @param manyPeople whether too many people added them to be listed one by one
 * @param places where they are, by folder, then by who added them; each row is in one of them
 */
public record ProblemGroup(
    Outcome outcome, @Nullable Remedy kind, Total total, boolean manyPeople, List<Place> places) {
  /**
   * Rows of one folder, or below it, that one person added.
   *
   * @param folder without a slash at its end; of bad rows the manifest's file, or a folder of such
   * @param createdBy who added them; empty if that isn't known, or if too many people did
   * @param first the first ones by path
   */
  public record Place(String folder, String createdBy, Total total, List<Problem> first) {}

  /** Returns what to do, a sentence without its full stop that names no path. */
  public String remedy() {
    if (kind == null) {
      return Wording.meaning(outcome);
    }
    String words = kind.words();
    return switch (kind) {
      case FIX_MANIFEST_ROW, TELL_REMOTE_KEEPER, RUN_AGAIN, RUN_AGAIN_TO_FIND -> words;
      default ->
          total.rows() == 1
              ? words
              : "For each file: "
                  + words.substring(0, 1).toLowerCase(Locale.ROOT)
                  + words.substring(1);
    };
  }

  /** Returns the same group with each row that it shows replaced. */
  public ProblemGroup withEach(UnaryOperator<Problem> replaced) {
    return new ProblemGroup(
        outcome,
        kind,
        total,
        manyPeople,
        places.stream()
            .map(
                place ->
                    new Place(
                        place.folder(),
                        place.createdBy(),
                        place.total(),
                        place.first().stream().map(replaced).toList()))
            .toList());
  }
}
