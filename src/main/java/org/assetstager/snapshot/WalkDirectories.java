package org.assetstager.snapshot;

import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.spark.RecordCodec;

/** Walks the directories of a partition: paths come in, {@link WalkEntry} rows go out. */
final class WalkDirectories implements MapPartitionsFunction<Row, Row> {
  static final RecordCodec<WalkEntry> ENTRIES = RecordCodec.of(WalkEntry.class);

  private final SnapshotChecks checks;
  private final long budget;

  WalkDirectories(SnapshotChecks checks, long budget) {
    this.checks = checks;
    this.budget = budget;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> directories) {
    DirectoryWalk walk =
        new DirectoryWalk(checks.root(), map(directories, row -> row.getString(0)), budget);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> walk.close());
    return map(walk, ENTRIES::toRow);
  }

  private static <A, B> Iterator<B> map(Iterator<A> elements, Function<A, B> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public B next() {
        return function.apply(elements.next());
      }
    };
  }
}
