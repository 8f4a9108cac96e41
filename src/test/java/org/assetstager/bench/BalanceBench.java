package org.assetstager.bench;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.plan.Balance;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * How evenly {@link Balance} spreads files over tasks, beside Spark's own {@code repartition}: by
 * weight, and by the seconds of tasks that hash in proportion to it, on the clock and of the core.
 * Arguments: the folder of the results, and how many rounds.
 */
public final class BalanceBench {
  private static final int FILES = 200_000;
  private static final int TASKS = 400;

  /** For which {@link Balance} makes four tasks each. */
  private static final int CORES = TASKS / 4;

  private static final double MEAN_BYTES = 8 << 20;

  /** About a task's share each, times as many. */
  private static final int[] GIANTS = {10, 8, 6, 4};

  /** Of so many bytes of a file one is hashed: a task then takes about 50 milliseconds. */
  private static final int SCALE = 128;

  private static final StructType SCHEMA =
      new StructType().add("file", DataTypes.LongType).add("size", DataTypes.LongType);
  private static final RecordCodec<Task> DONE = RecordCodec.of(Task.class);

  private BalanceBench() {}

  /**
   * What a task did.
   *
   * @param largest weight of its heaviest file
   * @param startNanos by the JVM's clock
   */
  record Task(
      int number,
      long files,
      long weight,
      long largest,
      long startNanos,
      double seconds,
      double cpuSeconds) {}

  /** Runs all. */
  public static void main(String[] args) throws IOException {
    Figures figures = new Figures(Path.of(args[0]), "balance");
    figures.fact("rounds", args[1]);
    figures.fact("files", String.valueOf(FILES));
    figures.fact("tasks asked for", String.valueOf(TASKS));
    figures.fact("giants", GIANTS.length + " beside those that the sizes have by themselves");
    figures.fact("bytes hashed", "1 of " + SCALE);
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("balance")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", Path.of(args[0], "spark").toAbsolutePath().toString())
            // As the job sets it.
            .config("spark.shuffle.reduceLocality.enabled", false)
            .getOrCreate();
    try {
      // The rows come with the tasks, which Spark takes for a mistake.
      spark.sparkContext().setLogLevel("ERROR");
      Dataset<Row> warmUp = files(spark, 1.5);
      ours(spark, warmUp);
      plain(warmUp);
      for (int round = 0; round < Integer.parseInt(args[1]); round++) {
        for (double sigma : new double[] {1.5, 2.5}) {
          Dataset<Row> files = files(spark, sigma);
          add(figures, "sigma " + sigma + ", ", "repartition", null, plain(files));
          add(figures, "sigma " + sigma + ", ", "ours", "repartition", ours(spark, files));
        }
      }
    } finally {
      spark.stop();
      BenchFiles.delete(Path.of(args[0], "spark"));
    }
    figures.write();
  }

  private static Dataset<Row> files(SparkSession spark, double sigma) {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < FILES; i++) {
      double bytes = MEAN_BYTES * Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
      rows.add(RowFactory.create(i, (long) bytes));
    }
    double share = MEAN_BYTES * FILES / TASKS;
    for (int giant : GIANTS) {
      rows.set(
          random.nextInt(FILES),
          RowFactory.create((long) rows.size() + giant, (long) (giant * share)));
    }
    Collections.shuffle(rows, random);
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static List<Task> ours(SparkSession spark, Dataset<Row> files) {
    Balance balance = Balance.of(files, col("size"), CORES, "file");
    return run(balance.spread(spark, files));
  }

  private static List<Task> plain(Dataset<Row> files) {
    return run(files.repartition(TASKS));
  }

  private static List<Task> run(Dataset<Row> spread) {
    return spread.mapPartitions(new Hash(), DONE.encoder()).collectAsList().stream()
        .map(DONE::fromRow)
        .toList();
  }

  private static void add(
      Figures figures, String sizes, String who, @Nullable String peer, List<Task> tasks) {
    List<Task> shared = tasks.stream().filter(task -> task.files() > 1).toList();
    record Measure(String name, String unit, double value) {}
    List<Measure> measures =
        List.of(
            new Measure(
                "heaviest over mean, tasks of several files, ", "", most(shared, Task::weight)),
            new Measure(
                "longest over mean, tasks of several files, ", "", most(shared, Task::seconds)),
            new Measure("until " + CORES + " cores are done, ", "s", makespan(tasks)),
            new Measure("giants that start late, ", "tasks", lateGiants(tasks)));
    for (Measure measure : measures) {
      String name = sizes + measure.name();
      figures.add(name + who, measure.unit(), peer == null ? null : name + peer, measure.value());
    }
    figures.fact(
        sizes + who,
        String.format(
            Locale.ROOT,
            "%d tasks, %d of them of one file",
            tasks.size(),
            tasks.size() - shared.size()));
  }

  private static double most(List<Task> tasks, ToDoubleFunction<Task> measure) {
    return tasks.stream().mapToDouble(measure).max().orElseThrow()
        / tasks.stream().mapToDouble(measure).average().orElseThrow();
  }

  /** When the last of many cores would be done that take these tasks in turn, by CPU time. */
  private static double makespan(List<Task> tasks) {
    PriorityQueue<Double> free = new PriorityQueue<>(Collections.nCopies(CORES, 0.0));
    double end = 0;
    for (Task task : tasks.stream().sorted(Comparator.comparingInt(Task::number)).toList()) {
      double done = free.remove() + task.cpuSeconds();
      free.add(done);
      end = Math.max(end, done);
    }
    return end;
  }

  /** How many tasks with a giant, heavier than a task's share, start after one without. */
  private static double lateGiants(List<Task> tasks) {
    double share = tasks.stream().mapToLong(Task::weight).sum() / (double) TASKS;
    List<Task> byStart = tasks.stream().sorted(Comparator.comparingLong(Task::startNanos)).toList();
    long giants = byStart.stream().filter(task -> task.largest() >= share).count();
    return byStart.stream().skip(giants).filter(task -> task.largest() >= share).count();
  }

  /** Hashes as many bytes as the files of the task weigh, scaled down. */
  static final class Hash implements MapPartitionsFunction<Row, Row> {
    private static final int BUFFER = 1 << 16;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    @Override
    public Iterator<Row> call(Iterator<Row> files) throws NoSuchAlgorithmException {
      long start = System.nanoTime();
      long cpuStart = CPU.getCurrentThreadCpuTime();
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      byte[] buffer = new byte[BUFFER];
      long count = 0;
      long total = 0;
      long largest = 0;
      while (files.hasNext()) {
        long weight = files.next().getLong(1) + Balance.FILE_WEIGHT;
        count++;
        total += weight;
        largest = Math.max(largest, weight);
        for (long left = weight / SCALE; left > 0; left -= BUFFER) {
          md5.update(buffer, 0, (int) Math.min(BUFFER, left));
        }
      }
      md5.digest();
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuSeconds = (CPU.getCurrentThreadCpuTime() - cpuStart) / 1e9;
      int number = TaskContext.getPartitionId();
      return List.of(
              DONE.toRow(new Task(number, count, total, largest, start, seconds, cpuSeconds)))
          .iterator();
    }
  }
}
