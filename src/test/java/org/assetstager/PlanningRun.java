package org.assetstager;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.Outcome;
import org.assetstager.bench.GeneratedAsset;
import org.assetstager.catalog.KnownContent;
import org.assetstager.ledger.LedgerTotals;
import org.assetstager.manifest.ManifestReader;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.plan.Balance;
import org.assetstager.progress.Phases;
import org.assetstager.progress.ProgressMode;
import org.assetstager.report.RunReport.Phase;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepRecords;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsLoader;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.assetstager.verify.VerifyFiles;

/**
 * A dry run of {@code stage} over a {@link GeneratedAsset} in which the records of {@code verify}
 * and of staging's listing are generated too: all that is measured is the planning, by the job's
 * own stages. Spark's settings are system properties. Arguments: the settings file, the manifest,
 * its number of rows, and the file for what was measured, names to numbers.
 */
public final class PlanningRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RecordCodec<KnownContent> KNOWN = RecordCodec.of(KnownContent.class);
  private static final int GARBAGE_COLLECTIONS = 3;

  private final SparkSession spark;
  private final Settings settings;
  private final StageRun run;
  private final Phases phases;

  private PlanningRun(SparkSession spark, Settings settings, StageRun run) {
    this.spark = spark;
    this.settings = settings;
    this.run = run;
    this.phases = new Phases(spark.sparkContext(), ProgressMode.NONE, null);
  }

  /** Runs it. */
  public static void main(String[] args) {
    Settings settings = SettingsLoader.load(Path.of(args[0]), List.of());
    SparkSessions.run(
        "planning",
        spark -> {
          StageOptions options =
              new StageOptions(List.of(args[1]), false, null, null, true, "r", null, settings);
          StageRun run = StageRun.prepare(spark, options);
          run.folder().create();
          run.record();
          Map<String, Double> measured =
              new PlanningRun(spark, settings, run).execute(Long.parseLong(args[2]));
          try {
            JSON.writeValue(Path.of(args[3]).toFile(), measured);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return 0;
        });
  }

  private Map<String, Double> execute(long rows) {
    long start = System.nanoTime();
    double cpuStart = cpuSeconds();
    record(rows);
    StagingJob job =
        new StagingJob(
            spark, settings, run, commits(), new RequestTotals(spark.sparkContext()), phases);
    StagingJob.Result result = job.execute();
    Map<String, Double> measured = new LinkedHashMap<>();
    measured.put("all", (System.nanoTime() - start) / 1e9);
    measured.put("all, CPU", cpuSeconds() - cpuStart);
    requireOutcomes(result.totals(), rows);
    for (Phase phase : phases.done()) {
      measured.merge(phase.name(), phase.seconds(), Double::sum);
    }
    measured.put("heap of the driver after GC", heapAfterGarbageCollection() / (1 << 20));
    return measured;
  }

  private StepCommits commits() {
    return new StepCommits(run.folder(), run.description().nonce());
  }

  /** Records the steps that the job then finds done. */
  private void record(long rows) {
    StepRecords records = new StepRecords(spark, run.folder(), commits());
    Dataset<Row> manifest =
        phases.run(
            "read",
            "read the manifest",
            "rows",
            progress ->
                records.writeMadeOnce(
                    "manifest",
                    () ->
                        new ManifestReader(
                                JavaSparkContext.fromSparkContext(spark.sparkContext()),
                                settings.manifest(),
                                null,
                                progress)
                            .read(run.description().manifests())
                            .map(ManifestReader.ROWS::toRow),
                    ManifestReader.ROWS));
    phases.run(
        "spread and record verdicts",
        "record generated verdicts",
        () -> {
          Balance balance =
              Balance.of(
                  manifest,
                  col("stored_size"),
                  run.description().cores(),
                  "manifest_file",
                  "manifest_position");
          records.describe(StagingJob.VERIFY, balance.tasks(), run.fingerprint());
          return records.runMissing(
              StagingJob.VERIFY,
              balance.spread(spark, manifest),
              balance.tasks(),
              new Verdicts(),
              VerifyFiles.VERIFIED);
        });
    phases.run(
        "record staging's listing",
        "record a generated listing",
        () ->
            records.writeOnce(
                "staging-listing",
                spark.range(rows).filter(new IsInStaging()).map(new InStaging(), KNOWN.encoder()),
                KNOWN));
  }

  private static void requireOutcomes(Map<Outcome, LedgerTotals.Total> totals, long rows) {
    Map<Outcome, Long> shares =
        Map.of(Outcome.KNOWN_REMOTE, 91L, Outcome.KNOWN_STAGING, 8L, Outcome.PLANNED, 1L);
    shares.forEach(
        (outcome, share) -> {
          LedgerTotals.Total total = totals.get(outcome);
          if (total == null || total.rows() != rows / 100 * share) {
            throw new IllegalStateException("Of " + outcome + " there are " + totals);
          }
        });
  }

  /** Returns what this process, the driver, and its children, the executors, have taken so far. */
  public static double cpuSeconds() {
    ProcessHandle driver = ProcessHandle.current();
    return Stream.concat(Stream.of(driver), driver.descendants())
            .flatMap(process -> process.info().totalCpuDuration().stream())
            .mapToLong(Duration::toMillis)
            .sum()
        / 1e3;
  }

  /** Bytes. */
  private static double heapAfterGarbageCollection() {
    for (int i = 0; i < GARBAGE_COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Finds every file as its row says. */
  static final class Verdicts implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public Row next() {
          return VerifyFiles.VERIFIED.toRow(unchanged(VerifyFiles.ROWS.fromRow(rows.next())));
        }
      };
    }

    private static VerifiedRow unchanged(ManifestRow row) {
      return new VerifiedRow(
          row,
          Verdict.UNCHANGED,
          null,
          null,
          row.storedSize(),
          row.storedMtimeNanos(),
          row.storedInode(),
          row.storedMd5(),
          true,
          null,
          null,
          null,
          System.currentTimeMillis());
    }
  }

  /** Keeps the numbers of contents that staging holds. */
  static final class IsInStaging implements FilterFunction<Long> {
    @Override
    public boolean call(Long number) {
      return GeneratedAsset.isInStaging(number);
    }
  }

  /** Makes a row of staging's listing. */
  static final class InStaging implements MapFunction<Long, Row> {
    @Override
    public Row call(Long number) {
      return KNOWN.toRow(GeneratedAsset.inStaging(number));
    }
  }
}
