package org.assetstager.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.PlanningRun;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.metrics.JobPlugin;
import org.assetstager.plan.Content;
import org.assetstager.plan.PlannedContent;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepRecords;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsLoader;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.UploadContents;
import org.assetstager.upload.UploadLog;
import org.assetstager.upload.UploadRounds;
import org.assetstager.upload.UploadRounds.Round;
import org.assetstager.upload.UploadTasks;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.ExecutorChecks;
import org.assetstager.verify.FileFacts;
import scala.reflect.ClassTag;

/**
 * The upload phase of the job alone: one small file, as the content of many namespaces. Spark's
 * settings are system properties. Arguments: the settings file, how many contents, and the file for
 * what was measured: the seconds of the phase, and the CPU seconds of driver and executors.
 */
final class UploadingRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIZE_BYTES = 1_024;

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
    Settings settings = SettingsLoader.load(Path.of(args[0]), List.of());
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
            name));
    FileFacts facts = FileFacts.ofPath(root.resolve("f"));
    Dataset<Row> plan =
        spark
            .range(count)
            .map(new Planned(name, root.toString(), md5(), facts), UploadPlanner.PLAN.encoder());
    long start = System.nanoTime();
    Round round = new UploadRounds(records(folder)).run(plan, plan, uploads(folder, root)).get(0);
    double seconds = (System.nanoTime() - start) / 1e9;
    long staged = round.results().filter("outcome = '" + Outcome.STAGED + "'").count();
    if (staged != count) {
      throw new IllegalStateException("Staged were " + staged + " of " + count);
    }
    return seconds;
  }

  private StepRecords records(RunFolder folder) {
    return new StepRecords(spark, folder, new StepCommits(folder, "nonce"));
  }

  private UploadContents uploads(RunFolder folder, Path root) throws IOException {
    Broadcast<Map<String, AssetRoot.Seen>> seen =
        spark
            .sparkContext()
            .broadcast(
                Map.of(root.toString(), AssetRoot.open(root.toString()).seen()),
                ClassTag.apply(Map.class));
    String runId = folder.name().replaceFirst("^run_id=", "");
    UploadTasks tasks =
        new UploadTasks(
            settings,
            runId,
            false,
            false,
            new ExecutorChecks(folder, runId, seen, List.of()),
            new RequestTotals(spark.sparkContext()),
            new TaskProgress(spark.sparkContext(), runId),
            new UploadLog(folder),
            REQUESTS_IN_FLIGHT);
    return new UploadContents(spark, records(folder), "", cores, tasks);
  }

  private static String md5() {
    return HexFormat.of().formatHex(Md5.newDigest().digest(new byte[SIZE_BYTES]));
  }

  /** Plans the upload of the file as a content of a namespace of its own. */
  record Planned(String name, String root, String md5, BigInteger modifiedAtNanos, long inode)
      implements MapFunction<Long, Row> {
    Planned(String name, String root, String md5, FileFacts facts) {
      this(name, root, md5, facts.modifiedAtNanos(), facts.inode());
    }

    @Override
    public Row call(Long number) {
      return UploadPlanner.PLAN.toRow(
          new PlannedContent(
              new Content(
                  name + number,
                  md5,
                  "file:/manifest",
                  number,
                  root,
                  "f",
                  SIZE_BYTES,
                  modifiedAtNanos,
                  inode,
                  true,
                  null,
                  null),
              null,
              null,
              null,
              null));
    }
  }
}
