package org.assetstager.report;

import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.Remedy;
import org.jspecify.annotations.Nullable;

/**
 * Groups problems by what to do about them, then by folder and by who added the file. It counts
 * every row, but its size doesn't grow with their number: where a remedy has more folders than are
 * shown, all folders are cut to the greatest depth at which they are few enough, and their rows
 * added up; where it has more people, they aren't told apart. The result doesn't depend on the
 * order of the rows, nor on how they were divided among tasks.
 */
public final class ProblemGroups implements Serializable {
  private static final long serialVersionUID = 1;

  /** A screen's worth. */
  static final int MOST_FOLDERS = 16;

  static final int MOST_PEOPLE = 8;

  /** Rows that are kept of each place. */
  static final int FIRST = 3;

  private record Kind(Outcome outcome, @Nullable Remedy remedy) implements Serializable {}

  private record Place(String folder, String createdBy) implements Serializable {}

  private final Map<Kind, Places> kinds = new HashMap<>();

  /** Adds a row. */
  public void add(Problem problem) {
    places(new Kind(problem.outcome(), problem.kind())).add(problem);
  }

  /** Adds what others have grouped, and returns this. */
  public ProblemGroups add(ProblemGroups others) {
    others.kinds.forEach((kind, places) -> places(kind).add(places));
    return this;
  }

  private Places places(Kind kind) {
    return kinds.computeIfAbsent(kind, any -> new Places());
  }

  /** Returns the groups, that of the most rows first. */
  public List<ProblemGroup> groups() {
    return kinds.entrySet().stream()
        .map(kind -> kind.getValue().group(kind.getKey()))
        .sorted(
            Comparator.comparingLong((ProblemGroup group) -> -group.total().rows())
                .thenComparing(ProblemGroup::outcome)
                .thenComparing(ProblemGroup::remedy))
        .toList();
  }

  /** The rows of one remedy. */
  private static final class Places implements Serializable {
    private static final long serialVersionUID = 1;

    private final Map<Place, Rows> rows = new HashMap<>();
    private int depth = Integer.MAX_VALUE;
    private boolean manyPeople;

    void add(Problem problem) {
      int before = rows.size();
      rowsOf(new Place(problem.folder(), problem.createdBy())).add(problem);
      if (rows.size() > before) {
        fold();
      }
    }

    void add(Places others) {
      depth = Math.min(depth, others.depth);
      manyPeople |= others.manyPeople;
      placeAgain();
      others.rows.forEach((place, more) -> rowsOf(place).add(more));
      fold();
    }

    private Rows rowsOf(Place place) {
      Place folded = new Place(cut(place.folder(), depth), manyPeople ? "" : place.createdBy());
      return rows.computeIfAbsent(folded, any -> new Rows());
    }

    private void fold() {
      if (distinct(Place::createdBy) > MOST_PEOPLE) {
        manyPeople = true;
        placeAgain();
      }
      while (distinct(Place::folder) > MOST_FOLDERS) {
        depth = rows.keySet().stream().mapToInt(place -> depth(place.folder())).max().orElse(1) - 1;
        placeAgain();
      }
    }

    private void placeAgain() {
      Map<Place, Rows> before = new HashMap<>(rows);
      rows.clear();
      before.forEach((place, more) -> rowsOf(place).add(more));
    }

    private long distinct(Function<Place, String> part) {
      return rows.keySet().stream().map(part).distinct().count();
    }

    ProblemGroup group(Kind kind) {
      List<ProblemGroup.Place> places =
          rows.entrySet().stream()
              .map(
                  place ->
                      new ProblemGroup.Place(
                          place.getKey().folder(),
                          place.getKey().createdBy(),
                          place.getValue().total,
                          List.copyOf(place.getValue().first)))
              .sorted(
                  Comparator.comparing(ProblemGroup.Place::folder)
                      .thenComparing(ProblemGroup.Place::createdBy))
              .toList();
      Total total = places.stream().map(ProblemGroup.Place::total).reduce(Total.NONE, Total::plus);
      return new ProblemGroup(kind.outcome(), kind.remedy(), total, manyPeople, places);
    }
  }

  /** The rows of one place. */
  private static final class Rows implements Serializable {
    private static final long serialVersionUID = 1;

    private final TreeSet<Problem> first = new TreeSet<>();
    private Total total = Total.NONE;

    void add(Problem problem) {
      total = total.plus(new Total(1, problem.knownBytes()));
      keep(problem);
    }

    void add(Rows more) {
      total = total.plus(more.total);
      more.first.forEach(this::keep);
    }

    private void keep(Problem problem) {
      first.add(problem);
      if (first.size() > FIRST) {
        first.pollLast();
      }
    }
  }

  /** Returns how many parts a folder has. */
  private static int depth(String folder) {
    int parts = 0;
    for (int slash = 0; slash >= 0 && slash + 1 < folder.length(); parts++) {
      slash = folder.indexOf('/', slash + 1);
    }
    return parts;
  }

  /** Returns a folder of at most so many parts. */
  private static String cut(String folder, int parts) {
    int slash = 0;
    for (int part = 0; part < parts; part++) {
      slash = folder.indexOf('/', slash + 1);
      if (slash < 0) {
        return folder;
      }
    }
    return slash == 0 && folder.startsWith("/") ? "/" : folder.substring(0, slash);
  }
}
