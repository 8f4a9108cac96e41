package org.assetstager.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalanceTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("file", DataTypes.StringType)
          .add("position", DataTypes.LongType)
          .add("size", DataTypes.LongType);

  private static final long MIB = 1 << 20;
  private static final int CORES = 100;

  private final SparkSession spark = TestSpark.session();

  private Dataset<Row> rows(long... sizes) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      rows.add(RowFactory.create("file:/m-" + i % 3 + ".jsonl", (long) i, sizes[i]));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static Balance balance(Dataset<Row> rows, int cores) {
    return Balance.of(rows, col("size"), cores, "file", "position");
  }

  /** Which task each row, by its position, goes to. */
  private Map<Long, Integer> tasks(Dataset<Row> rows, int cores) {
    Map<Long, Integer> tasks = new HashMap<>();
    balance(rows, cores)
        .spread(spark, rows)
        .select(col("position"), spark_partition_id())
        .collectAsList()
        .forEach(row -> tasks.put(row.getLong(0), row.getInt(1)));
    return tasks;
  }

  private static long[] logNormal(int count, double sigma, double mean, long... giants) {
    Random random = new Random(42);
    long[] sizes = new long[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = (long) (mean * Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2));
    }
    System.arraycopy(giants, 0, sizes, 0, giants.length);
    return sizes;
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 4, 0, 0",
    "2.5, 4, 3, 500000",
    "2.5, 1, 1, 10000000",
    "0.1, 8, 40, 20000",
  })
  void spread_sizesOfAllScales_loadsNoTaskMuchMoreThanOthers(
      double sigma, double meanMib, int giants, long giantMib) {
    long[] giantSizes = new long[giants];
    Arrays.fill(giantSizes, giantMib * MIB);
    long[] sizes = logNormal(200_000, sigma, meanMib * MIB, giantSizes);
    Dataset<Row> rows = rows(sizes).coalesce(2).cache();
    Balance balance = balance(rows, CORES);
    double[] loads = new double[balance.tasks()];
    int[] counts = new int[balance.tasks()];
    balance
        .spread(spark, rows)
        .select(col("size"), spark_partition_id())
        .collectAsList()
        .forEach(
            row -> {
              loads[row.getInt(1)] += row.getLong(0) + Balance.FILE_WEIGHT;
              counts[row.getInt(1)]++;
            });
    rows.unpersist(true);

    double sharedLoad = 0;
    int shared = 0;
    for (int task = 0; task < loads.length; task++) {
      if (counts[task] != 1) {
        sharedLoad += loads[task];
        shared++;
      }
    }
    double mean = sharedLoad / shared;
    for (int task = 0; task < loads.length; task++) {
      assertThat(counts[task] == 1 || loads[task] <= 1.5 * mean)
          .as(
              "task %d of %d has %d rows and %.2f times the mean of those with several",
              task, loads.length, counts[task], loads[task] / mean)
          .isTrue();
    }
    assertThat(Arrays.stream(counts).sum()).isEqualTo(200_000);
    // The giants start first.
    for (int task = 0; task < giants; task++) {
      assertThat(counts[task]).isEqualTo(1);
      assertThat(loads[task]).isEqualTo((double) (giantMib * MIB + Balance.FILE_WEIGHT));
    }
  }

  @Test
  void spread_anyInputPartitions_isTheSameAssignment() {
    long[] sizes = logNormal(2_000, 2.5, 20 * MIB, 900 * MIB, 900 * MIB, 5_000 * MIB);
    Dataset<Row> rows = rows(sizes);

    Map<Long, Integer> tasks = tasks(rows, 4);

    assertThat(tasks).hasSize(2_000);
    assertThat(tasks(rows.repartition(1), 4)).isEqualTo(tasks);
    assertThat(tasks(rows.repartition(9), 4)).isEqualTo(tasks);
    assertThat(tasks(rows.orderBy(col("size").desc()), 4)).isEqualTo(tasks);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "50"})
  void spread_anyRows_hasExactlyTheTasksAndKeepsRowsAndColumns(int cores) {
    Dataset<Row> rows = rows(logNormal(500, 1.5, 30 * MIB));
    Balance balance = balance(rows, cores);

    Dataset<Row> spread = balance.spread(spark, rows);

    assertThat(spread.rdd().getNumPartitions()).isEqualTo(balance.tasks());
    TestSpark.assertRows(spread, SCHEMA, rows.collectAsList());
  }

  @Test
  void of_nothing_isOneTask() {
    Balance balance = balance(rows(), 8);

    assertThat(balance.tasks()).isEqualTo(1);
    assertThat(balance.rows()).isZero();
    assertThat(balance.bytes()).isZero();
    assertThat(balance.spread(spark, rows()).collectAsList()).isEmpty();
  }

  @Test
  void of_rows_knowsTheirNumberAndBytes() {
    Balance balance = balance(rows(5, 0, 7, 3 * MIB), 8);

    assertThat(balance.rows()).isEqualTo(4);
    assertThat(balance.bytes()).isEqualTo(12 + 3 * MIB);
    assertThat(balance.tasks()).isEqualTo(1);
  }

  @Test
  void of_sizesThatNoLongCanSum_areStillDealt() {
    long[] sizes = new long[1_000];
    Arrays.fill(sizes, Long.MAX_VALUE);
    Dataset<Row> rows = rows(sizes);
    Balance balance = balance(rows, 2);

    assertThat(balance.tasks()).isEqualTo(1_001);
    assertThat(tasks(rows, 2).values()).doesNotHaveDuplicates();
  }

  @Test
  void of_oneWrongSize_doesNotStarveTheOthers() {
    long[] sizes = logNormal(4_000, 0.5, 100 * MIB, Long.MAX_VALUE);
    Balance balance = balance(rows(sizes), 8);

    // 400 GiB of real files make 25 tasks of at most 16 GiB at least.
    assertThat(balance.tasks()).isGreaterThan(25);
  }
}
