package org.assetstager.verify;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Outcome;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.FlatIterator;
import org.assetstager.spark.OutcomeCounts;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;

/** Verifies and digests the files of a partition, several at a time. */
public final class VerifyFiles implements MapPartitionsFunction<Row, Row> {
  /** The codec of the rows that come in. */
  public static final RecordCodec<ManifestRow> ROWS = RecordCodec.of(ManifestRow.class);

  /** The codec of the rows that go out. */
  public static final RecordCodec<VerifiedRow> VERIFIED = RecordCodec.of(VerifiedRow.class);

  /**
   * As many as the widest vectors have lanes for, since each has one file, if it isn't small. From
   * the page cache 24 took a fifth more CPU time, 40 a third.
   */
  private static final int THREADS = 16;

  private final ExecutorChecks checks;
  private final VerifySettings verify;
  private final UploadSettings upload;
  private final DigestLog digests;
  private final TaskProgress progress;

  /** Takes what a task needs; nothing is opened before it runs. */
  public VerifyFiles(
      ExecutorChecks checks,
      VerifySettings verify,
      UploadSettings upload,
      DigestLog digests,
      TaskProgress progress) {
    this.checks = checks;
    this.verify = verify;
    this.upload = upload;
    this.digests = digests;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Map<String, AssetRoot> roots = checks.roots();
    FileVerifier verifier = new FileVerifier(verify, upload, digests, progress::countBytes);
    Iterator<List<VerifiedRow>> verified =
        ConcurrentMap.map(
            new RowGroups<>(new Decoded(rows), Function.identity()),
            THREADS,
            "verify",
            group -> verifier.verify(group, roots));
    // The bytes are counted as they are read.
    return progress.counting(new FlatIterator<>(verified), row -> 0, this::counted);
  }

  private Row counted(VerifiedRow row) {
    Long expected = row.row().storedSize();
    if (row.row().added() && !row.digested() && expected != null) {
      progress.passOver(expected);
    }
    if (row.verdict() != Verdict.UNCHANGED) {
      OutcomeCounts.add(
          Outcome.valueOf(row.verdict().name()),
          row.size() != null ? row.size() : row.row().storedSize());
    }
    return VERIFIED.toRow(row);
  }

  /** Makes records of rows of {@link #ROWS}. */
  private record Decoded(Iterator<Row> rows) implements Iterator<ManifestRow> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public ManifestRow next() {
      return ROWS.fromRow(rows.next());
    }
  }
}
