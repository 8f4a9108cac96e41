package org.assetstager.pipeline;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.Function2;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.manifest.ManifestLines;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.Problem;
import org.assetstager.report.ProblemGroups;
import org.assetstager.report.ShownProblems;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;

/** Finds the rows of a ledger that need a person: all of them in groups, and some one by one. */
public final class LedgerProblems {
  /** What a browser reads in a second; rows of usual length are far from it. */
  private static final long MOST_CHARACTERS = 4 << 20;

  private static final int TREE_DEPTH = 2;

  private LedgerProblems() {}

  /**
   * Reads the ledger.
   *
   * @param most rows that are shown one by one; where there are more, each outcome gets its share
   */
  public static ShownProblems of(LedgerFiles ledger, OutcomeTotals totals, int most) {
    Map<Outcome, Integer> shares = shares(totals, most);
    if (shares.isEmpty()) {
      return ShownProblems.NONE;
    }
    Found found = new Found(shares);
    if (ledger.isShort()) {
      try (LedgerReader<LedgerRow> rows = ledger.read(LedgerRow.CODEC, shares.keySet())) {
        rows.forEachRemaining(found::add);
      }
    } else {
      found =
          ledger
              .rows(LedgerRow.CODEC, shares.keySet())
              .treeAggregate(found, new Add(), new Join(), TREE_DEPTH);
    }
    return found.problems();
  }

  /** Few rows come whole; what they leave is shared out among the others. */
  private static Map<Outcome, Integer> shares(OutcomeTotals totals, int most) {
    List<Outcome> fewestFirst =
        Stream.of(Outcome.values())
            .filter(outcome -> Problem.isOne(outcome) && totals.of(outcome).rows() > 0)
            .sorted(Comparator.comparingLong(outcome -> totals.of(outcome).rows()))
            .toList();
    Map<Outcome, Integer> shares = new EnumMap<>(Outcome.class);
    int left = most;
    for (int i = 0; i < fewestFirst.size(); i++) {
      Outcome outcome = fewestFirst.get(i);
      int share = left / (fewestFirst.size() - i);
      int rows = (int) Math.min(share, totals.of(outcome).rows());
      shares.put(outcome, rows);
      left -= rows;
    }
    return shares;
  }

  /** Says of bad rows on which lines of their manifest they are, where that is soon found out. */
  static ShownProblems withLines(ShownProblems problems, Configuration configuration) {
    Map<String, SortedSet<Long>> positions = new TreeMap<>();
    problems.withEach(
        problem -> {
          if (!problem.place().isEmpty()) {
            positions
                .computeIfAbsent(problem.file(), file -> new TreeSet<>())
                .add(problem.position());
          }
          return problem;
        });
    Map<String, Map<Long, String>> places = ManifestLines.of(positions, configuration);
    return problems.withEach(
        problem ->
            problem.at(
                places
                    .getOrDefault(problem.file(), Map.of())
                    .getOrDefault(problem.position(), problem.place())));
  }

  /** What is found by now; its size is bounded. */
  static final class Found implements Serializable {
    private static final long serialVersionUID = 1;

    private final ProblemGroups groups = new ProblemGroups();
    private final Map<Outcome, First> rows = new EnumMap<>(Outcome.class);

    Found(Map<Outcome, Integer> shares) {
      shares.forEach(
          (outcome, share) -> rows.put(outcome, new First(share, MOST_CHARACTERS / shares.size())));
    }

    Found add(LedgerRow row) {
      First ofOutcome = rows.get(row.outcome());
      if (ofOutcome != null) {
        Problem problem = Problem.of(row);
        groups.add(problem);
        ofOutcome.add(problem);
      }
      return this;
    }

    Found add(Found others) {
      groups.add(others.groups);
      others.rows.forEach(
          (outcome, more) -> rows.computeIfPresent(outcome, (any, first) -> first.add(more)));
      return this;
    }

    ShownProblems problems() {
      List<Problem> all = new ArrayList<>();
      rows.values().forEach(first -> all.addAll(first.rows));
      Collections.sort(all);
      return new ShownProblems(groups.groups(), List.copyOf(all));
    }
  }

  /** The first rows of one outcome, of all that were added. */
  private static final class First implements Serializable {
    private static final long serialVersionUID = 1;

    private final int most;
    private final long mostCharacters;
    private final PriorityQueue<Problem> rows = new PriorityQueue<>(Comparator.reverseOrder());
    private long characters;

    First(int most, long mostCharacters) {
      this.most = most;
      this.mostCharacters = mostCharacters;
    }

    void add(Problem problem) {
      Problem last = rows.peek();
      boolean full = rows.size() >= most || characters >= mostCharacters;
      if (!full || (last != null && problem.compareTo(last) < 0)) {
        characters += problem.length();
        rows.add(problem);
        dropLast();
      }
    }

    First add(First others) {
      others.rows.forEach(this::add);
      return this;
    }

    /** Only the last row may go beyond the most characters. */
    private void dropLast() {
      for (Problem last = rows.peek(); last != null; last = rows.peek()) {
        long others = characters - last.length();
        if (rows.size() <= most && others < mostCharacters) {
          return;
        }
        rows.remove();
        characters = others;
      }
    }
  }

  /** Adds a row. */
  static final class Add implements Function2<Found, LedgerRow, Found> {
    @Override
    public Found call(Found found, LedgerRow row) {
      return found.add(row);
    }
  }

  /** Adds what another task has found. */
  static final class Join implements Function2<Found, Found, Found> {
    @Override
    public Found call(Found found, Found others) {
      return found.add(others);
    }
  }
}
