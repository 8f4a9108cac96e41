package org.assetstager.metrics;

import com.google.common.math.LongMath;
import java.util.Map;
import java.util.function.Consumer;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one JVM since its start; on the driver, those of all JVMs together. Safe for many
 * threads.
 *
 * <p>Outcomes, open uploads and the plan are those of the current run. Tasks count outcomes as they
 * find them; once the ledger is written, its outcomes replace these counts.
 */
public final class JobTotals {
  private static volatile @Nullable JobTotals ofDriver;

  private final long[][] totals = JobCounts.none();
  private final LatencyHistogram puts = new LatencyHistogram();
  private final LatencyHistogram lists = new LatencyHistogram();
  private long[][] ofThisJvm = JobCounts.none();
  private boolean outcomesKnown;
  private long manifestRows;
  private Total planned = Total.NONE;
  private @Nullable Consumer<String> runs;

  /** Begins with what this JVM has counted so far, such as the requests of the preflight. */
  JobTotals() {}

  /** Takes the totals of the whole job, or null when its driver ends. */
  static void keep(@Nullable JobTotals totals) {
    ofDriver = totals;
  }

  /** Begins with the outcomes, the plan and the open uploads of another run. */
  public static void beginRun(String runId) {
    onDriver(
        totals -> {
          totals.begin();
          totals.tellRun(runId);
        });
  }

  /** Tells the totals of the whole job something, where this JVM has them. */
  private static void onDriver(Consumer<JobTotals> what) {
    JobTotals totals = ofDriver;
    if (totals != null) {
      what.accept(totals);
    }
  }

  /** Takes how many rows the manifest has, once the scan has read it. */
  public static void manifestHas(long rows) {
    onDriver(totals -> totals.takeManifest(rows));
  }

  /** Takes the files that the plan sends or reads, and their bytes. */
  public static void plan(Total planned) {
    onDriver(totals -> totals.takePlan(planned));
  }

  /** Takes the outcomes from the ledger, in the place of those counted. */
  public static void outcomesAre(Map<Outcome, Total> ledger) {
    onDriver(totals -> totals.takeOutcomes(ledger));
  }

  synchronized void begin() {
    addOfThisJvm();
    takeOutcomes(Map.of());
    outcomesKnown = false;
    totals[0][JobCounts.index(JobCounts.OPENED_UPLOADS)] = 0;
    totals[0][JobCounts.index(JobCounts.CLOSED_UPLOADS)] = 0;
    manifestRows = 0;
    planned = Total.NONE;
  }

  /** Calls a callback with the id of each run that begins. */
  synchronized void onRun(Consumer<String> told) {
    runs = told;
  }

  private synchronized void tellRun(String runId) {
    if (runs != null) {
      runs.accept(runId);
    }
  }

  synchronized void takeManifest(long rows) {
    manifestRows = rows;
  }

  synchronized void takePlan(Total total) {
    planned = total;
  }

  synchronized long manifestRows() {
    return manifestRows;
  }

  synchronized Total planned() {
    return planned;
  }

  private synchronized void takeOutcomes(Map<Outcome, Total> ofLedger) {
    outcomesKnown = true;
    for (Outcome outcome : Outcome.values()) {
      Total total = ofLedger.getOrDefault(outcome, Total.NONE);
      totals[0][JobCounts.index(JobCounts.FILES + outcome)] = total.rows();
      totals[0][JobCounts.index(JobCounts.BYTES + outcome)] = total.bytes();
    }
  }

  /** Adds what another JVM has counted. */
  synchronized void add(long[][] more) {
    for (int i = outcomesKnown ? JobCounts.OF_OUTCOMES : 0; i < more[0].length; i++) {
      totals[0][i] = LongMath.saturatedAdd(totals[0][i], more[0][i]);
    }
    puts.add(more[1]);
    lists.add(more[2]);
  }

  /** Adds what this JVM has counted since the last time. */
  synchronized void addOfThisJvm() {
    long[][] now = JobCounts.ofThisJvm();
    add(JobCounts.difference(now, ofThisJvm));
    ofThisJvm = now;
  }

  /** Returns a counter. */
  synchronized long value(int index) {
    addOfThisJvm();
    return totals[0][index];
  }

  /** An executor may report the end of an upload before another reports that it opened it. */
  synchronized long openUploads() {
    return Math.max(
        0,
        value(JobCounts.index(JobCounts.OPENED_UPLOADS))
            - value(JobCounts.index(JobCounts.CLOSED_UPLOADS)));
  }

  LatencyHistogram puts() {
    return puts;
  }

  LatencyHistogram lists() {
    return lists;
  }
}
