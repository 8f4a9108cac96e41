package org.assetstager.audit;

import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.PairFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.audit.AuditContents.Part;
import org.assetstager.audit.CountClaims.Counted;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.ListStep;
import org.assetstager.catalog.Namespaces;
import org.assetstager.catalog.ReadListing;
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
import scala.Tuple2;

/**
 * Looks, on the executors, whether the buckets hold every content that a ledger calls staged or
 * known: joins what the ledger claims with the listings of both, and asks for what these don't
 * prove.
 */
public final class LedgerAudit {
  /** About a second of work for a core, if no content needs a request. */
  private static final long ROWS_OF_TASK = 200_000;

  private static final int MOST_TASKS = 20_000;

  private final JavaSparkContext spark;
  private final Settings settings;
  private final boolean deep;
  private final LedgerFiles ledger;
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
    this.ledger = ledger;
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
    Counted counted = phases.run("count", "count the ledger's rows", this::count);
    List<StepFile> listing =
        deep || counted.claims().rows() == 0 ? List.of() : list(counted.namespaces());
    Total claims = counted.claims();
    Part found =
        phases.run(
            "audit",
            "audit the contents of " + Amounts.count(claims.rows()) + " rows",
            TaskProgress.FILES,
            progress ->
                audit(listing, claims, progress.expect(claims.rows(), deep ? claims.bytes() : 0)));
    publish(found.files());
    StepFiles.delete(folder);
    return new Result(counted.outcomes(), found.totals(), found.problems());
  }

  private Counted count() {
    return ledger
        .rows(ClaimRow.CODEC, EnumSet.allOf(Outcome.class))
        .mapPartitions(new CountClaims())
        .collect()
        .stream()
        .reduce(Counted.NONE, Counted::plus);
  }

  private JavaRDD<ClaimRow> claims() {
    return ledger.rows(ClaimRow.CODEC, ClaimRow.CLAIMS).filter(new IsClaim());
  }

  private List<StepFile> list(Namespaces namespaces) {
    return phases.run(
        "list",
        "list what staging and remote hold",
        "keys",
        progress ->
            new ListStep(spark, settings, requests, spark.defaultParallelism(), output, progress)
                .run(namespaces, () -> claims().flatMap(new Contents())));
  }

  private Part audit(List<StepFile> listing, Total claims, TaskProgress progress) {
    JavaPairRDD<byte[], byte[]> all = claims().mapToPair(new ByContent());
    long rows = claims.rows();
    if (!listing.isEmpty()) {
      rows += listing.stream().mapToLong(StepFile::rows).sum();
      all =
          all.union(
              spark
                  .parallelize(listing, Math.min(listing.size(), 4 * spark.defaultParallelism()))
                  .flatMapToPair(new ReadListing(output)));
    }
    return all
        .repartitionAndSortWithinPartitions(
            new ContentOrder.ByMd5(tasks(rows, claims.bytes())), new ContentOrder())
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

  /** Names the contents of the rows that name one. */
  private static final class Contents implements FlatMapFunction<ClaimRow, ContentName> {
    @Override
    public Iterator<ContentName> call(ClaimRow row) {
      return Stream.ofNullable(row.content()).iterator();
    }
  }

  /** Gives rows the keys that bring them together with the listings. */
  private static final class ByContent implements PairFunction<ClaimRow, byte[], byte[]> {
    @Override
    public Tuple2<byte[], byte[]> call(ClaimRow row) {
      return new Tuple2<>(row.key(), ClaimRow.CODEC.toBytes(row));
    }
  }

  /** Keeps the rows that say that a bucket holds their content. */
  private static final class IsClaim implements Function<ClaimRow, Boolean> {
    @Override
    public Boolean call(ClaimRow row) {
      return ClaimRow.CLAIMS.contains(row.outcome());
    }
  }
}
