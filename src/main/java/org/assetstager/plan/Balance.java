package org.assetstager.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.reflect.ClassTag;

/** Spreads rows over tasks by weight; {@link Bins} says how. */
public final class Balance {
  /**
   * What a file costs beside its bytes, in bytes: about what is read in the time of its opening.
   */
  public static final long FILE_WEIGHT = 128L << 10;

  /** Less is not worth a task of its own. */
  private static final long LEAST_TASK_WEIGHT = 64L << 20;

  /** A few minutes' work: what a crash of the whole job may cost each task. */
  private static final long MOST_TASK_WEIGHT = 16L << 30;

  /** Enough that a slow task doesn't keep the others waiting at the end. */
  private static final int TASKS_PER_CORE = 4;

  /** No row weighs more: a wrong size in a manifest must not starve the other tasks. */
  private static final long MOST_ROW_WEIGHT = 64L << 40;

  private final Bins bins;
  private final Column identity;
  private final long rows;
  private final long bytes;

  private Balance(Bins bins, Column identity, long rows, double weight) {
    this.bins = bins;
    this.identity = identity;
    this.rows = rows;
    this.bytes = Math.max(0, (long) weight - rows * FILE_WEIGHT);
  }

  /**
   * Weighs rows; runs a small Spark job over them, and another where one task is not enough.
   *
   * @param rows are read twice at most
   * @param bytes of a row, not null
   * @param cores to keep busy; fixed when the run first starts, since the result depends on it
   * @param identity columns that identify a row, none of which changes when the run is resumed
   */
  public static Balance of(Dataset<Row> rows, Column bytes, int cores, String... identity) {
    Column[] identityColumns =
        List.of(identity).stream().map(functions::col).toArray(Column[]::new);
    Column hash = xxhash64(identityColumns);
    Column weight = functions.least(bytes, lit(MOST_ROW_WEIGHT)).plus(lit(FILE_WEIGHT));
    Dataset<Row> weighed = rows.select(hash.as("identity"), weight.as("weight"));
    List<Row> byMagnitude =
        weighed
            .groupBy(floor(log2(col("weight"))).cast(DataTypes.IntegerType).as("logarithm"))
            .agg(count(lit(1)), sum(col("weight").cast(DataTypes.createDecimalType(30, 0))))
            .collectAsList();
    List<Bins.Magnitude> magnitudes =
        byMagnitude.stream()
            .map(row -> new Bins.Magnitude(row.getInt(0), row.getDecimal(2).doubleValue()))
            .toList();
    Bins.Target target =
        new Bins.Target(LEAST_TASK_WEIGHT, MOST_TASK_WEIGHT, TASKS_PER_CORE * cores);
    double total =
        byMagnitude.stream()
            .map(row -> row.getDecimal(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .doubleValue();
    long number = byMagnitude.stream().mapToLong(row -> row.getLong(1)).sum();
    List<Bins.Heavy> heavy =
        target.isOneTask(total)
            ? List.of()
            : heavy(weighed.filter(col("weight").geq(Bins.leastHeavy(magnitudes, target))));
    return new Balance(Bins.deal(total, heavy, target), hash, number, total);
  }

  private static List<Bins.Heavy> heavy(Dataset<Row> weighed) {
    return weighed.collectAsList().stream()
        .map(row -> new Bins.Heavy(row.getLong(0), row.getLong(1)))
        .toList();
  }

  /** Returns the number of tasks. */
  public int tasks() {
    return bins.count();
  }

  /** Returns the number of rows. */
  public long rows() {
    return rows;
  }

  /** Returns the bytes of all rows. */
  public long bytes() {
    return bytes;
  }

  /** Returns the rows in exactly {@link #tasks} partitions. */
  public Dataset<Row> spread(SparkSession spark, Dataset<Row> rows) {
    if (tasks() == 1) {
      // Little enough to need no shuffle.
      return rows.coalesce(1);
    }
    Broadcast<Bins> shared = spark.sparkContext().broadcast(bins, ClassTag.apply(Bins.class));
    Column bin = udf(new BinOf(shared), DataTypes.IntegerType).apply(identity);
    Dataset<Row> numbered = rows.withColumn("bin", bin);
    return numbered.repartitionById(tasks(), col("bin")).drop("bin");
  }

  /** Looks a row's task up. */
  static final class BinOf implements UDF1<Long, Integer> {
    private final Broadcast<Bins> bins;

    BinOf(Broadcast<Bins> bins) {
      this.bins = bins;
    }

    @Override
    public Integer call(Long identity) {
      return bins.value().of(identity);
    }
  }
}
