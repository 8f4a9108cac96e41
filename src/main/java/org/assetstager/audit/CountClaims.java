package org.assetstager.audit;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.Namespaces;

/** Counts the rows of a part of a ledger, and those that claim contents by their namespaces. */
final class CountClaims implements FlatMapFunction<Iterator<ClaimRow>, CountClaims.Counted> {
  /**
   * What rows come to.
   *
   * @param outcomes rows of each outcome, with the sum of their known sizes
   * @param namespaces of the rows that claim a content
   */
  record Counted(Map<Outcome, Total> outcomes, Namespaces namespaces) implements Serializable {
    static final Counted NONE = new Counted(Map.of(), Namespaces.NONE);

    /** Returns both together. */
    Counted plus(Counted other) {
      Map<Outcome, Total> sums = new EnumMap<>(Outcome.class);
      sums.putAll(outcomes);
      other.outcomes.forEach((outcome, more) -> sums.merge(outcome, more, Total::plus));
      return new Counted(sums, namespaces.plus(other.namespaces));
    }

    /** Returns the rows that claim a content. */
    Total claims() {
      return ClaimRow.CLAIMS.stream()
          .map(outcome -> outcomes.getOrDefault(outcome, Total.NONE))
          .reduce(Total.NONE, Total::plus);
    }
  }

  @Override
  public Iterator<Counted> call(Iterator<ClaimRow> rows) {
    Map<Outcome, Total> outcomes = new EnumMap<>(Outcome.class);
    Namespaces.Counter namespaces = new Namespaces.Counter();
    while (rows.hasNext()) {
      ClaimRow row = rows.next();
      // A damaged row may have any size.
      long size = row.size() == null ? 0 : Math.max(0, row.size());
      outcomes.merge(row.outcome(), new Total(1, size), Total::plus);
      ContentName content = ClaimRow.CLAIMS.contains(row.outcome()) ? row.content() : null;
      if (content != null) {
        namespaces.add(content.topHash());
      }
    }
    return List.of(new Counted(outcomes, namespaces.namespaces())).iterator();
  }
}
