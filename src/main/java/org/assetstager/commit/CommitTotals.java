package org.assetstager.commit;

import com.google.common.collect.MinMaxPriorityQueue;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.report.ExitCode;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger of a commit comes to.
 *
 * @param byOutcome contents of each outcome and their bytes, all outcomes named
 * @param stagedRemoved contents whose objects in staging were deleted
 * @param people the first contents by namespace and MD5 that a person must look at; at most {@link
 *     #EXAMPLES}
 */
public record CommitTotals(
    Map<CommitOutcome, Total> byOutcome, long stagedRemoved, List<CommittedContent> people)
    implements Serializable {
  /** How many contents are shown: one screen. */
  static final int EXAMPLES = 20;

  private static final CommitTotals NONE = new CommitTotals(Map.of(), 0, List.of());

  private static final Comparator<@Nullable String> TEXTS =
      Comparator.nullsFirst(Comparator.naturalOrder());

  private static final Comparator<CommittedContent> IN_ORDER =
      Comparator.comparing(CommittedContent::topHash, TEXTS)
          .thenComparing(CommittedContent::md5, TEXTS);

  /** Names all outcomes. */
  public CommitTotals {
    Map<CommitOutcome, Total> all = new EnumMap<>(CommitOutcome.class);
    for (CommitOutcome outcome : CommitOutcome.values()) {
      all.put(outcome, byOutcome.getOrDefault(outcome, Total.NONE));
    }
    byOutcome = Collections.unmodifiableMap(all);
    people = List.copyOf(people);
  }

  /** Reads a commit's ledger. */
  static CommitTotals of(LedgerFiles ledger) {
    if (!ledger.isShort()) {
      return ledger
          .rows(CommittedContent.CODEC, EnumSet.allOf(Outcome.class))
          .mapPartitions(new Count())
          .collect()
          .stream()
          .reduce(NONE, CommitTotals::plus);
    }
    try (LedgerReader<CommittedContent> rows =
        ledger.read(CommittedContent.CODEC, EnumSet.allOf(Outcome.class))) {
      return new Count().call(rows).next();
    }
  }

  /** Returns both together. */
  CommitTotals plus(CommitTotals other) {
    Map<CommitOutcome, Total> sums = new EnumMap<>(CommitOutcome.class);
    sums.putAll(byOutcome);
    other.byOutcome.forEach((outcome, more) -> sums.merge(outcome, more, Total::plus));
    return new CommitTotals(
        sums,
        stagedRemoved + other.stagedRemoved,
        Stream.concat(people.stream(), other.people.stream())
            .sorted(IN_ORDER)
            .limit(EXAMPLES)
            .toList());
  }

  /** Returns the contents of one outcome. */
  public Total of(CommitOutcome outcome) {
    return byOutcome.getOrDefault(outcome, Total.NONE);
  }

  /** Returns all contents. */
  public Total all() {
    return byOutcome.values().stream().reduce(Total.NONE, Total::plus);
  }

  /** Returns how many contents a person must look at. */
  long ofPeople() {
    return byOutcome.entrySet().stream()
        .filter(entry -> !entry.getKey().isCommitted())
        .mapToLong(entry -> entry.getValue().rows())
        .sum();
  }

  /** Returns what the commit ends with: code 4 where contents failed, 3 where a person must act. */
  public ExitCode exitCode() {
    if (of(CommitOutcome.FAILED).rows() > 0) {
      return ExitCode.UPLOADS_FAILED;
    }
    return ofPeople() > 0 ? ExitCode.NEEDS_PERSON : ExitCode.DONE;
  }

  /** Counts rows. */
  static final class Count implements FlatMapFunction<Iterator<CommittedContent>, CommitTotals> {
    @Override
    public Iterator<CommitTotals> call(Iterator<CommittedContent> rows) {
      Map<CommitOutcome, Total> totals = new EnumMap<>(CommitOutcome.class);
      Queue<CommittedContent> people =
          MinMaxPriorityQueue.orderedBy(IN_ORDER).maximumSize(EXAMPLES).create();
      long removed = 0;
      while (rows.hasNext()) {
        CommittedContent row = rows.next();
        long size = row.size() == null ? 0 : Math.max(0, row.size());
        totals.merge(row.outcome(), new Total(1, size), Total::plus);
        removed += row.stagedRemoved() ? 1 : 0;
        if (!row.outcome().isCommitted()) {
          people.add(row);
        }
      }
      List<CommittedContent> sorted = new ArrayList<>(people);
      sorted.sort(IN_ORDER);
      return List.of(new CommitTotals(totals, removed, sorted)).iterator();
    }
  }
}
