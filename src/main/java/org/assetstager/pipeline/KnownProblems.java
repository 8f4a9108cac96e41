package org.assetstager.pipeline;

import com.google.common.collect.Streams;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ProblemCounts;
import org.assetstager.report.RunReport;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.RunFolder;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Finds the problems that an earlier run already had: rows with the same root, path, outcome and
 * remedy code. A row without root or path can't be recognised, so it is always new.
 */
public final class KnownProblems {
  private static final Logger LOG = LoggerFactory.getLogger(KnownProblems.class);

  private static final Set<Outcome> PROBLEMS =
      Stream.of(Outcome.values()).filter(Outcome::needsPerson).collect(Collectors.toSet());

  private final @Nullable RunFolder folder;
  private final @Nullable RunReport earlier;
  private final long mostNew;

  private KnownProblems(@Nullable RunFolder folder, @Nullable RunReport earlier, long mostNew) {
    this.folder = folder;
    this.earlier = earlier;
    this.mostNew = mostNew;
  }

  /**
   * Returns those that don't count for a run's exit code, as its description names them.
   *
   * @param before the run that was named when this one was begun, which may be gone by now; null
   *     for none
   */
  public static KnownProblems of(StageRun run, @Nullable String before) {
    String known = run.description().knownProblems();
    Long most = run.description().maxProblems();
    RunFolder folder = known == null ? null : run.folder().at(known);
    boolean lost = folder != null && Objects.equals(known, before) && isGone(folder);
    return of(lost ? null : folder, most == null ? 0 : most);
  }

  /**
   * A run that is done, or nearly, isn't lost with it: no more than the exit code depends on it.
   */
  private static boolean isGone(RunFolder folder) {
    String cause = "it, or a part of its ledger, is gone";
    try {
      if (EndedRun.ofFinished(folder) != null && new PublishedLedger(folder).isWhole()) {
        return false;
      }
    } catch (JobFailure unreadable) {
      cause = String.valueOf(unreadable.getMessage());
    }
    LOG.warn(
        "The problems of the run in {}, named by --known-problems, aren't known any more: {}",
        folder.location(),
        cause);
    return true;
  }

  /**
   * Takes the problems of an earlier run for known.
   *
   * @param folder of the earlier run; null for none
   * @param mostNew how many other rows that need a person are no reason for another exit code
   * @throws JobFailure of kind INPUT if the earlier run hasn't ended, or files of its ledger are
   *     missing
   */
  public static KnownProblems of(@Nullable RunFolder folder, long mostNew) {
    RunReport earlier = folder == null ? null : EndedRun.ofFinished(folder);
    if (folder != null && earlier == null) {
      throw JobFailure.input(
          "The run in " + folder.location() + ", named by --known-problems, has not ended",
          "Name a run that has a report: 'asset-stager runs' lists them");
    }
    if (folder != null && !new PublishedLedger(folder).isWhole()) {
      throw JobFailure.input(
          "The run in "
              + folder.location()
              + ", named by --known-problems, lacks files of its ledger",
          "Put back what the run wrote, or name another run: 'asset-stager runs' lists them");
    }
    return new KnownProblems(folder, earlier, mostNew);
  }

  /** What is read of a ledger's row. */
  record Seen(
      @Nullable String root, @Nullable String path, Outcome outcome, @Nullable String remedyCode) {
    static final RecordCodec<Seen> CODEC = RecordCodec.of(Seen.class);

    /** Returns what is the same in a row of another run with the same problem; else null. */
    @Nullable String identity() {
      if (!outcome.needsPerson() || root == null || path == null) {
        return null;
      }
      return root + "\0" + path + "\0" + outcome + "\0" + remedyCode;
    }
  }

  /**
   * Counts them, in one Spark job where either ledger is long, else in none.
   *
   * @param now the run's ledger
   * @param totals of its rows
   */
  ProblemCounts count(JavaSparkContext spark, LedgerFiles now, OutcomeTotals totals) {
    long all = totals.rowsThatNeedAPerson();
    if (folder == null || earlier == null) {
      return new ProblemCounts(null, 0, all, mostNew);
    }
    long known = 0;
    if (all > 0 && earlier.outcomes().rowsThatNeedAPerson() > 0) {
      if (isGone(folder)) {
        return new ProblemCounts(null, 0, all, mostNew);
      }
      LedgerFiles before = LedgerFiles.of(spark, folder, earlier.outcomes().rows());
      known = before.isShort() && now.isShort() ? here(before, now) : inTasks(before, now);
    }
    return new ProblemCounts(earlier.runId(), known, all - known, mostNew);
  }

  private static long here(LedgerFiles before, LedgerFiles now) {
    Set<String> known = new HashSet<>();
    try (LedgerReader<Seen> rows = before.read(Seen.CODEC, PROBLEMS)) {
      identities(rows).forEach(known::add);
    }
    try (LedgerReader<Seen> rows = now.read(Seen.CODEC, PROBLEMS)) {
      return identities(rows).filter(known::contains).count();
    }
  }

  private static long inTasks(LedgerFiles before, LedgerFiles now) {
    return counts(now).join(counts(before)).values().map(Tuple2::_1).fold(0L, Long::sum);
  }

  /** Returns how many rows have the same identity. */
  private static JavaPairRDD<String, Long> counts(LedgerFiles ledger) {
    return ledger
        .rows(Seen.CODEC, PROBLEMS)
        .mapPartitionsToPair(new Identities())
        .reduceByKey(Long::sum);
  }

  /** Returns those of the rows that can be found again. */
  private static Stream<String> identities(Iterator<Seen> rows) {
    return Streams.stream(rows).map(Seen::identity).filter(Objects::nonNull);
  }

  /** Counts each row that can be found again as one. */
  record Identities() implements PairFlatMapFunction<Iterator<Seen>, String, Long> {
    @Override
    public Iterator<Tuple2<String, Long>> call(Iterator<Seen> rows) {
      return identities(rows).map(identity -> new Tuple2<>(identity, 1L)).iterator();
    }
  }
}
