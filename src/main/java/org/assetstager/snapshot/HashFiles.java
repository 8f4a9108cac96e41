package org.assetstager.snapshot;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;

/** Hashes the files of a partition: paths come in, {@link HashedFile} rows go out. */
final class HashFiles implements MapPartitionsFunction<Row, Row> {
  static final RecordCodec<HashedFile> HASHED = RecordCodec.of(HashedFile.class);

  /** As many as the widest vectors have lanes for. */
  private static final int FILES_AT_ONCE = 16;

  private final SnapshotChecks checks;
  private final TaskProgress progress;

  HashFiles(SnapshotChecks checks, TaskProgress progress) {
    this.checks = checks;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> paths) {
    FileHasher hasher = new FileHasher(checks.root());
    Iterator<HashedFile> hashed =
        ConcurrentMap.map(paths, FILES_AT_ONCE, "hash", row -> hasher.hash(row.getString(0)));
    return progress.counting(hashed, HashedFile::size, HASHED::toRow);
  }
}
