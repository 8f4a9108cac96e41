package org.assetstager.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.metrics.JobPlugin;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsFiles;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.TransferWork;
import org.assetstager.upload.UploadLog;
import org.assetstager.upload.UploadTasks;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.DigestLog;
import org.assetstager.verify.SeenFacts;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;

/**
 * The upload phase of the job alone: one small file, as the content of many namespaces. Spark's
 * settings are system properties. Arguments: the settings file, how many contents, and the file for
 * what was measured: the seconds of the phase, and the CPU seconds of driver and executors.
 */
final class UploadingRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIZE_BYTES = 1_024;
  private static final String PLAN = "plan";

  /** Of a task; an executor of one core has one task. */
  private static final int REQUESTS_IN_FLIGHT = 4;

  /** Of so many contents one is uploaded before, so that the executors are warm. */
  private static final int WARM_UP = 6;

  private final SparkSession spark;
  private final Settings settings;
  private final int cores;

  private UploadingRun(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.settings = settings;
    this.cores = spark.sparkContext().defaultParallelism();
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    Settings settings = SettingsFiles.load(Path.of(args[0]), List.of());
    long contents = Long.parseLong(args[1]);
    SparkSession spark =
        SparkSession.builder()
            .appName("uploading")
            // As the job sets them.
            .config("spark.shuffle.reduceLocality.enabled", "false")
            .config("spark.plugins", JobPlugin.class.getName())
            .getOrCreate();
    try {
      Path root = Files.createDirectories(Path.of(args[0]).resolveSibling("root"));
      Files.write(root.resolve("f"), new byte[SIZE_BYTES]);
      UploadingRun run = new UploadingRun(spark, settings);
      run.upload("warm-up", root, contents / WARM_UP);
      double cpu = PlanningRun.cpuSeconds();
      double seconds = run.upload("measured", root, contents);
      JSON.writeValue(
          Path.of(args[2]).toFile(),
          Map.of("seconds", seconds, "cpu", PlanningRun.cpuSeconds() - cpu));
    } finally {
      spark.stop();
    }
  }

  /** Returns the seconds that the phase took. */
  private double upload(String name, Path root, long count) throws IOException {
    RunFolder folder =
        new RunFolder(settings.ledgerPath(), name, spark.sparkContext().hadoopConfiguration());
    folder.create();
    folder.writeJson(
        RunDescription.FILE,
        new RunDescription(
            RunDescription.FORMAT,
            name,
            List.of(),
            null,
            null,
            false,
            cores,
            settings.fingerprint(),
            settings.describe(),
            0,
            name,
            null,
            null,
            null));
    StepOutput output = new StepOutput(folder, name);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int files = cores;
    List<StepFile> work =
        context
            .parallelize(IntStream.range(0, files).boxed().toList(), files)
            .map(new Planned(output, name, root.toString(), count, files))
            .collect();
    TransferWork transfer =
        new TransferWork(
            tasks(folder, root),
            new LedgerRows(name, false, settings.remote(), settings.staging().bucket()),
            output,
            PLAN);
    long start = System.nanoTime();
    List<StepFile> ledger = context.parallelize(work, files).map(transfer).collect();
    double seconds = (System.nanoTime() - start) / 1e9;
    long staged =
        ledger.stream()
            .map(file -> file.outcomes().getOrDefault(Outcome.STAGED, Total.NONE))
            .mapToLong(Total::rows)
            .sum();
    if (staged != count) {
      throw new IllegalStateException("Staged were " + staged + " of " + count);
    }
    return seconds;
  }

  private UploadTasks tasks(RunFolder folder, Path root) {
    AssetRoot.Seen seen = AssetRoot.open(root.toString()).seen();
    String runId = folder.name().replaceFirst("^run_id=", "");
    return new UploadTasks(
        settings,
        runId,
        false,
        candidate -> {
          AssetRoot opened = AssetRoot.open(root(candidate));
          opened.requireSame(seen, List.of());
          return opened;
        },
        new RequestTotals(spark.sparkContext()),
        new TaskProgress(spark.sparkContext(), runId),
        new UploadLog(folder),
        new DigestLog(folder),
        REQUESTS_IN_FLIGHT);
  }

  private static String root(Candidate candidate) {
    return candidate.found().row().root();
  }

  private static Candidate candidate(Path root, String topHash, long position) throws IOException {
    FileFacts facts = UnixFiles.facts(root.resolve("f"));
    String md5 = HexFormat.of().formatHex(Md5.newDigest().digest(new byte[SIZE_BYTES]));
    ManifestRow row =
        new ManifestRow(
            "file:/manifest",
            position,
            null,
            false,
            null,
            false,
            topHash,
            root.toString(),
            "f",
            "pending",
            facts.size(),
            facts.modifiedAtNanos(),
            facts.changedAtNanos(),
            null,
            null,
            facts.linkCount(),
            facts.inode(),
            md5,
            null,
            null,
            null,
            null,
            null,
            null);
    return new Candidate(
        new VerifiedRow(
            row,
            Verdict.UNCHANGED,
            null,
            null,
            SeenFacts.of(facts),
            md5,
            false,
            null,
            null,
            null,
            0),
        root.toString(),
        facts.inode());
  }

  /** Plans uploads of the file, each as a content of a namespace of its own. */
  record Planned(StepOutput output, String name, String root, long count, int files)
      implements Function<Integer, StepFile> {
    @Override
    public StepFile call(Integer file) throws IOException {
      try (RecordWriter work = output.create(PLAN, "work", file, WorkRow.CODEC, false, Map.of())) {
        for (long number = file; number < count; number += files) {
          Candidate candidate = candidate(Path.of(root), name + number, number);
          WorkRow row = new WorkRow(candidate, Exclusion.UPLOAD, null, null);
          work.add(WorkRow.CODEC, row, SIZE_BYTES);
        }
        return work.finish(Map.of());
      }
    }
  }
}
