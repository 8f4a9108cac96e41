package org.assetstager.audit;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.Writer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.PairFunction;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.progress.Phases;
import org.assetstager.report.Amounts;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepOutput;
import org.assetstager.spark.ByteKeys;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.Roots;
import org.assetstager.verify.RootsSeen;
import org.assetstager.verify.SeenAgain;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Finds, on the executors, the files of a ledger that are safe to delete: an audit has just proved
 * that a bucket holds their content, and they are exactly what the run saw when it hashed them.
 * Nothing is deleted, and no file is opened for writing.
 */
public final class SafeToDelete {
  private final JavaSparkContext spark;
  private final LedgerFiles ledger;
  private final RunFolder folder;
  private final Share share;
  private final Roots roots;
  private final long runStartedAtMillis;
  private final Phases phases;
  private final StepOutput output;
  private List<StepFile> files = List.of();

  /**
   * Prepares to look at a ledger's files.
   *
   * @param ledger of the run
   * @param folder of the audit, which has ended
   * @param share of the contents that the audit looked at
   * @param roots of the run
   * @param runStartedAtMillis milliseconds since the epoch
   */
  public SafeToDelete(
      JavaSparkContext spark,
      LedgerFiles ledger,
      RunFolder folder,
      Share share,
      Roots roots,
      long runStartedAtMillis,
      Phases phases) {
    this.spark = spark;
    this.ledger = ledger;
    this.folder = folder;
    this.share = share;
    this.roots = roots;
    this.runStartedAtMillis = runStartedAtMillis;
    this.phases = phases;
    this.output = new StepOutput(folder, UUID.randomUUID().toString());
  }

  /**
   * Looks at the files.
   *
   * @param found of the audit
   * @return what all rows of the ledger come to
   * @throws JobFailure of kind SYSTEM if a host sees another directory at a root than the driver's,
   *     where the files would be deleted; or if rows are missing
   */
  public DeletionTotals run(LedgerAudit.Result found) {
    long rows = found.claimed().rows();
    LookAtFiles.Part part =
        phases.run(
            "files",
            "look at the files of " + Amounts.count(rows) + " rows",
            TaskProgress.FILES,
            progress -> look(progress.expect(rows, 0), found.tasks()));
    roots.compare(part.roots());
    if (part.totals().rows() != rows) {
      throw JobFailure.system(
          "Of " + rows + " rows that claim a content, " + part.totals().rows() + " were judged",
          "Audit again; if this doesn't help, keep the run's folder and report the fault");
    }
    files = part.files();
    return part.totals()
        .with(Kept.OTHER_OUTCOME, found.notClaimed())
        .with(Kept.NOT_LOOKED_AT, found.ofOtherShares());
  }

  private LookAtFiles.Part look(TaskProgress progress, int tasks) {
    JavaPairRDD<byte[], byte[]> rows =
        ledger
            .rows(FileRow.CODEC, EnumSet.allOf(Outcome.class))
            .filter(new IsAsked(share))
            .mapToPair(new RowByContent());
    JavaPairRDD<byte[], byte[]> audited =
        EarlierAudit.contents(spark, folder).mapToPair(new AuditedByContent());
    return rows
        .union(audited)
        .repartitionAndSortWithinPartitions(new ByteKeys.ByHash(tasks), new ByteKeys())
        .mapPartitionsToPair(new JudgeRows(LedgerAudit.CLAIMING, linkedRoots(), runStartedAtMillis))
        .repartitionAndSortWithinPartitions(new ByPath(tasks), new ByteKeys())
        .mapPartitions(new LookAtFiles(roots, output, progress))
        .collect()
        .stream()
        .reduce(LookAtFiles.Part.NONE, LookAtFiles.Part::plus);
  }

  /** Returns where the roots lead that are reached by a link, as the driver sees them. */
  private Map<String, String> linkedRoots() {
    SeenAgain look = new SeenAgain(roots, new RootsSeen.Collector());
    Map<String, String> linked = new HashMap<>();
    for (String root :
        ledger
            .rows(RootRow.CODEC, EnumSet.allOf(Outcome.class))
            .flatMap(new RootOf())
            .distinct(1)
            .collect()) {
      String real = look.realPath(root);
      if (real != null && !real.equals(root)) {
        linked.put(root, real);
      }
    }
    return linked;
  }

  /** The root of a row of a ledger. */
  record RootRow(@Nullable String root, @Nullable String path, Outcome outcome) {
    static final RecordCodec<RootRow> CODEC = RecordCodec.of(RootRow.class);
  }

  /** Names the roots of the rows that may have a file. */
  private static final class RootOf implements FlatMapFunction<RootRow, String> {
    @Override
    public Iterator<String> call(RootRow row) {
      return row.outcome() != Outcome.NOT_ADDED && FileRow.isFile(row.root(), row.path())
          ? Stream.ofNullable(row.root()).iterator()
          : Collections.emptyIterator();
    }
  }

  /**
   * Prints the files that are safe to delete, each ended by NUL, once; then they are forgotten.
   *
   * @param out flushed at the end
   */
  public void print(Writer out) throws IOException {
    try (LedgerReader<LookAtFiles.SafeFile> paths =
        output.readAll(LookAtFiles.STEP, files, LookAtFiles.SafeFile.CODEC)) {
      while (paths.hasNext()) {
        out.write(paths.next().path() + '\0');
      }
      out.flush();
    } finally {
      forget();
    }
  }

  /** Forgets the files; none is printed any more. */
  public void forget() {
    StepFiles.delete(folder);
  }

  /** Keeps the rows that claim a content of a share, and those that may speak against a file. */
  private record IsAsked(Share share) implements Function<FileRow, Boolean> {
    @Override
    public Boolean call(FileRow row) {
      boolean claims = LedgerAudit.CLAIMING.contains(row.outcome());
      return claims
          ? share.has(row.key())
          // Somebody may still need the file to mend such a row, whatever its content.
          : row.outcome() != Outcome.NOT_ADDED && row.hasFile();
    }
  }

  private static final class RowByContent implements PairFunction<FileRow, byte[], byte[]> {
    @Override
    public Tuple2<byte[], byte[]> call(FileRow row) {
      return new Tuple2<>(row.key(), FileRow.CODEC.toBytes(row));
    }
  }

  private static final class AuditedByContent
      implements PairFunction<AuditedContent, byte[], byte[]> {
    @Override
    public Tuple2<byte[], byte[]> call(AuditedContent content) {
      return new Tuple2<>(content.key(), AuditedContent.CODEC.toBytes(content));
    }
  }

  /** Deals files out by their paths. */
  private static final class ByPath extends ByteKeys.ByHash {
    ByPath(int partitions) {
      super(partitions);
    }

    @Override
    protected int hash(byte[] key) {
      return Hashing.murmur3_32_fixed().hashBytes(key, 0, JudgedRow.pathLength(key)).asInt();
    }
  }
}
