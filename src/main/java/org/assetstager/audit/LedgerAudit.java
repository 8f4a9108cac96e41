package org.assetstager.audit;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
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
  private static final Set<Outcome> CLAIMING =
      EnumSet.of(Outcome.STAGED, Outcome.DUPLICATE, Outcome.KNOWN_STAGING, Outcome.KNOWN_REMOTE);

  private final JavaSparkContext spark;
  private final Settings settings;
  private final boolean deep;
  private final LedgerClaims claims;
  private final RunFolder folder;
  private final RequestTotals requests;
  private final Phases phases;
  private final StepOutput output;

  /**
   * Prepares an audit.
   *
   * @param deep whether to read every object back
   * @param ledger of the run
   * @param folder of the audit
   */
  public LedgerAudit(
      JavaSparkContext spark,
      Settings settings,
      boolean deep,
      LedgerFiles ledger,
      RunFolder folder,
      RequestTotals requests,
      Phases phases) {
    this.spark = spark;
    // An inventory tells what there was, not what there is.
    this.settings = settings.withoutInventory();
    this.deep = deep;
    this.claims = new LedgerClaims(spark, ledger, CLAIMING);
    this.folder = folder;
    this.requests = requests;
    this.phases = phases;
    this.output = new StepOutput(folder, UUID.randomUUID().toString());
  }

  /**
   * What an audit found.
   *
   * @param ledger rows of each outcome, with the sum of their known sizes
   * @param problems the first contents whose claim doesn't hold, by namespace and MD5; at most
   *     {@link AuditSummary#EXAMPLES}
   */
  public record Result(
      Map<Outcome, Total> ledger, AuditTotals totals, List<AuditedContent> problems) {}

  /**
   * Looks at the buckets, and writes an {@link AuditedContent} for each content into the folder
   * {@code rows} of the audit's.
   *
   * @throws org.assetstager.asset.JobFailure if no answer can be had for any content
   */
  public Result run() {
    Counted counted = phases.run("count", "count the ledger's rows", claims::count);
    List<StepFile> listing = deep || counted.claims().rows() == 0 ? List.of() : list(counted);
    Total claimed = counted.claims();
    Part found =
        phases.run(
            "audit",
            "audit the contents of " + Amounts.count(claimed.rows()) + " rows",
            TaskProgress.FILES,
            progress ->
                audit(
                    listing, claimed, progress.expect(claimed.rows(), deep ? claimed.bytes() : 0)));
    publish(found.files());
    StepFiles.delete(folder);
    return new Result(counted.outcomes(), found.totals(), found.problems());
  }

  private List<StepFile> list(Counted counted) {
    return phases.run(
        "list",
        "list what staging and remote hold",
        "keys",
        progress -> claims.list(settings, counted, requests, output, progress));
  }

  private Part audit(List<StepFile> listing, Total claimed, TaskProgress progress) {
    long rows = claimed.rows() + listing.stream().mapToLong(StepFile::rows).sum();
    return claims
        .joined(listing, output, tasks(rows, claimed.bytes()))
        .mapPartitions(new AuditContents(settings, deep, output, requests, progress))
        .collect()
        .stream()
        .reduce(Part.NONE, Part::plus);
  }

  private int tasks(long rows, long bytes) {
    int cores = spark.defaultParallelism();
    long byWork = deep ? bytes / Weights.target(bytes, cores) : rows / ROWS_OF_TASK;
    return (int) Math.min(Math.max(Math.min(cores, rows), byWork), MOST_TASKS);
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
