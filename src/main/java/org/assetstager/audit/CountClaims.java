package org.assetstager.audit;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.Namespaces;

/** Counts the rows of a part of a ledger, and those that claim contents by their namespaces. */
public record CountClaims(Set<Outcome> claiming, Share share)
    implements FlatMapFunction<Iterator<ClaimRow>, CountClaims.Counted> {
  public CountClaims {
    claiming = Set.copyOf(claiming);
  }

  /**
   * What rows come to.
   *
   * @param outcomes rows of each outcome, with the sum of their known sizes
   * @param claims rows that claim a content of the share, with the sum of their known sizes
   * @param namespaces of these rows
   */
  public record Counted(Map<Outcome, Total> outcomes, Total claims, Namespaces namespaces)
      implements Serializable {
    static final Counted NONE = new Counted(Map.of(), Total.NONE, Namespaces.NONE);

    /** Returns both together. */
    Counted plus(Counted other) {
      Map<Outcome, Total> sums = new EnumMap<>(Outcome.class);
      sums.putAll(outcomes);
      other.outcomes.forEach((outcome, more) -> sums.merge(outcome, more, Total::plus));
      return new Counted(sums, claims.plus(other.claims), namespaces.plus(other.namespaces));
    }
  }

  @Override
  public Iterator<Counted> call(Iterator<ClaimRow> rows) {
    Map<Outcome, Total> outcomes = new EnumMap<>(Outcome.class);
    Total claims = Total.NONE;
    Namespaces.Counter namespaces = new Namespaces.Counter();
    while (rows.hasNext()) {
      ClaimRow row = rows.next();
      // A damaged row may have any size.
      long size = row.size() == null ? 0 : Math.max(0, row.size());
      outcomes.merge(row.outcome(), new Total(1, size), Total::plus);
      boolean isClaim = claiming.contains(row.outcome()) && share.has(row.key());
      claims = isClaim ? claims.plus(new Total(1, size)) : claims;
      ContentName content = isClaim ? row.content() : null;
      if (content != null) {
        namespaces.add(content.topHash());
      }
    }
    return List.of(new Counted(outcomes, claims, namespaces.namespaces())).iterator();
  }
}
