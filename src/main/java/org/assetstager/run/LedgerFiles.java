package org.assetstager.run;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskEnd;

/** Reads the published ledger of a run, written by any version of the job. */
public final class LedgerFiles {
  /** A second's work, less than it takes to start tasks for it. */
  private static final long MOST_ROWS_ON_DRIVER = 10_000;

  /** On an object store, opening each may take a tenth of a second. */
  private static final int MOST_FILES_ON_DRIVER = 32;

  private static final int MOST_TASKS = 1000;

  private final JavaSparkContext spark;
  private final RunFolder run;
  private final List<String> paths;
  private final boolean isShort;

  private LedgerFiles(JavaSparkContext spark, RunFolder run, List<String> paths, boolean isShort) {
    this.spark = spark;
    this.run = run;
    this.paths = paths;
    this.isShort = isShort;
  }

  /**
   * Looks which files there are.
   *
   * @param rows of the ledger, as its report tells: a hint
   * @throws JobFailure if files of it are missing, and rows with them
   */
  public static LedgerFiles of(JavaSparkContext spark, RunFolder run, long rows) {
    List<String> paths = new PublishedLedger(run).paths();
    boolean isShort = rows <= MOST_ROWS_ON_DRIVER && paths.size() <= MOST_FILES_ON_DRIVER;
    return new LedgerFiles(spark, run, paths, isShort);
  }

  /** As {@link #of}, of a ledger that may have lost files: of those that are left. */
  public static LedgerFiles ofWhatIsLeft(JavaSparkContext spark, RunFolder run) {
    return new LedgerFiles(spark, run, new PublishedLedger(run).pathsLeft(), false);
  }

  /**
   * As {@link #of}, of rows that are published in another folder.
   *
   * @param folder its name in the run's
   */
  public static LedgerFiles in(JavaSparkContext spark, RunFolder run, String folder) {
    return new LedgerFiles(spark, run, new PublishedLedger(run, folder).paths(), false);
  }

  /** Whether it is faster to {@link #read} it here than to have tasks do it. */
  public boolean isShort() {
    return isShort;
  }

  /**
   * Reads the files one after the other.
   *
   * @param codec of the ledger's rows, or of some of their columns; a column that the ledger lacks
   *     is null, so a ledger without one that must not be null can't be read
   * @param wanted files without rows of these outcomes are passed over; others have other rows too
   * @return closed by the caller. Its methods throw a {@link JobFailure} where a file can't be read
   */
  public <R extends Record> LedgerReader<R> read(RecordCodec<R> codec, Set<Outcome> wanted) {
    return new LedgerReader<>(run, paths.iterator(), codec, wanted);
  }

  /** As {@link #read}, in tasks; each reads some of the files. */
  public <R extends Record> JavaRDD<R> rows(RecordCodec<R> codec, Set<Outcome> wanted) {
    return paths.isEmpty()
        ? spark.emptyRDD()
        : spark
            .parallelize(paths, Math.min(paths.size(), MOST_TASKS))
            .mapPartitions(new Read<>(run, codec, wanted));
  }

  /** Reads the files of a task. */
  record Read<R extends Record>(RunFolder run, RecordCodec<R> codec, Set<Outcome> wanted)
      implements FlatMapFunction<Iterator<String>, R> {
    Read {
      wanted = Set.copyOf(wanted);
    }

    @Override
    public Iterator<R> call(Iterator<String> paths) {
      return TaskEnd.closing(new LedgerReader<>(run, paths, codec, wanted));
    }
  }
}
