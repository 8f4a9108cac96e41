package org.assetstager.audit;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.audit.AuditContents.Part;
import org.assetstager.audit.CountClaims.Counted;
import org.assetstager.progress.Phases;
import org.assetstager.report.Amounts;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepOutput;
import org.assetstager.run.Weights;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.spark.TaskResults;

/**
 * Looks, on the executors, whether the buckets hold every content that a ledger calls staged or
 * known: joins what the ledger claims with the listings of both, and asks for what these don't
 * prove.
 */
public final class LedgerAudit {
  /** About a second of work for a core, if no content needs a request. */
  private static final long ROWS_OF_TASK = 200_000;

  private static final int MOST_TASKS = 20_000;

  /** The outcomes that say that a bucket holds the row's content. */
  static final Set<Outcome> CLAIMING =
      Collections.unmodifiableSet(
          EnumSet.of(
              Outcome.STAGED, Outcome.DUPLICATE, Outcome.KNOWN_STAGING, Outcome.KNOWN_REMOTE));

  private final JavaSparkContext spark;
  private final Settings settings;
  private final AuditScope scope;
  private final List<RunFolder> earlier;
  private final LedgerClaims claims;
  private final RunFolder folder;
  private final RequestTotals requests;
  private final Phases phases;
  private final StepOutput output;

  /**
   * Prepares an audit.
   *
   * @param scope what to look at, and how
   * @param earlier audits whose contents aren't looked at again
   * @param ledger of the run
   * @param folder of the audit
   */
  public LedgerAudit(
      JavaSparkContext spark,
      Settings settings,
      AuditScope scope,
      List<RunFolder> earlier,
      LedgerFiles ledger,
      RunFolder folder,
      RequestTotals requests,
      Phases phases) {
    this.spark = spark;
    // An inventory tells what there was, not what there is.
    this.settings = settings.withoutInventory();
    this.scope = scope;
    this.earlier = List.copyOf(earlier);
    this.claims = new LedgerClaims(spark, ledger, CLAIMING, scope.share());
    this.folder = folder;
    this.requests = requests;
    this.phases = phases;
    this.output = new StepOutput(folder, UUID.randomUUID().toString());
  }

  /**
   * What an audit found.
   *
   * @param ledger rows of each outcome, with the sum of their known sizes
   * @param claimed rows that claim a content of the share
   * @param totals of the contents that were looked at
   * @param problems the first contents whose claim doesn't hold, by namespace and MD5; at most
   *     {@link AuditSummary#EXAMPLES}
   * @param extent what was looked at, and what is left
   * @param tasks into which the contents were cut
   */
  public record Result(
      Map<Outcome, Total> ledger,
      Total claimed,
      AuditTotals totals,
      List<AuditedContent> problems,
      AuditExtent extent,
      int tasks) {
    /** Returns the rows that claim no content. */
    Total notClaimed() {
      return sum(outcome -> !CLAIMING.contains(outcome));
    }

    /** Returns the rows that claim a content of another share. */
    Total ofOtherShares() {
      Total all = sum(CLAIMING::contains);
      return new Total(all.rows() - claimed.rows(), Math.max(0, all.bytes() - claimed.bytes()));
    }

    private Total sum(Predicate<Outcome> which) {
      return ledger.entrySet().stream()
          .filter(entry -> which.test(entry.getKey()))
          .map(Map.Entry::getValue)
          .reduce(Total.NONE, Total::plus);
    }
  }

  /**
   * Looks at the buckets, and writes an {@link AuditedContent} for each content into the folder
   * {@code rows} of the audit's.
   *
   * @throws JobFailure if no answer can be had for any content, or the time is over before one is
   *     looked at
   */
  public Result run() {
    Counted counted =
        inTime(
            "ledger was read", () -> phases.run("count", "count the ledger's rows", claims::count));
    Total claimed = counted.claims();
    List<StepFile> listing =
        scope.deep() || claimed.rows() == 0
            ? List.of()
            : inTime("buckets were listed", () -> list(counted));
    long rows = claimed.rows() + StepFiles.rows(listing);
    int tasks = tasks(rows, claimed.bytes());
    Part found =
        phases.run(
            "audit",
            "audit the contents of " + Amounts.count(claimed.rows()) + " rows",
            TaskProgress.FILES,
            progress ->
                audit(
                    listing,
                    tasks,
                    progress.expect(claimed.rows(), scope.deep() ? claimed.bytes() : 0)));
    publish(found.files());
    StepFiles.delete(folder);
    long left = claimed.rows() - found.totals().all().rows() - found.seenBefore();
    if (left != 0 && !found.isStopped()) {
      throw JobFailure.system(
          "Of "
              + claimed.rows()
              + " rows that claim a content, "
              + (claimed.rows() - left)
              + " were checked: somebody has altered the ledger meanwhile, or rows were lost",
          "Audit again; if this doesn't help, keep the run's folder and report the fault");
    }
    return new Result(
        counted.outcomes(),
        claimed,
        found.totals(),
        found.problems(),
        new AuditExtent(scope.share(), found.seenBefore(), left, found.isStopped(), found.ahead()),
        tasks);
  }

  private <T> T inTime(String what, Supplier<T> work) {
    return scope
        .limit()
        .run(spark, work)
        .orElseThrow(
            () ->
                JobFailure.system(
                    "The time limit was reached while the "
                        + what
                        + ", before any content was checked",
                    "Give a longer --time-limit, or a smaller --share"));
  }

  private List<StepFile> list(Counted counted) {
    return phases.run(
        "list",
        "list what staging and remote hold",
        "keys",
        progress -> claims.list(settings, counted, requests, output, progress));
  }

  /** What the tasks that have ended found is kept even if the time is over before all have. */
  private Part audit(List<StepFile> listing, int tasks, TaskProgress progress) {
    Map<Integer, Part> ended = new ConcurrentSkipListMap<>();
    JavaRDD<Part> parts =
        claims
            .joined(listing, output, tasks, earlier)
            .mapPartitions(new AuditContents(settings, scope, output, requests, progress));
    boolean isWhole =
        scope
            .limit()
            .run(
                spark,
                () -> {
                  TaskResults.forEach(parts, Part.class, ended::put);
                  return true;
                })
            .isPresent();
    Part stopped = new Part(List.of(), AuditTotals.NONE, List.of(), 0, !isWhole, null);
    return ended.values().stream().reduce(stopped, Part::plus);
  }

  private int tasks(long rows, long bytes) {
    int cores = spark.defaultParallelism();
    long byWork = scope.deep() ? bytes / Weights.target(bytes, cores) : rows / ROWS_OF_TASK;
    return (int) Math.min(Math.max(Math.max(1, Math.min(cores, rows)), byWork), MOST_TASKS);
  }

  private void publish(List<StepFile> files) {
    for (int i = 0; i < files.size(); i++) {
      folder.publish(
          "steps/" + AuditContents.ROWS + "/" + files.get(i).name(),
          String.format(Locale.ROOT, "%s/part-%05d.parquet", AuditContents.ROWS, i));
    }
    folder.writeText(AuditContents.ROWS + "/_SUCCESS", String.valueOf(files.size()));
  }
}
