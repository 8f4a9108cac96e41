package org.assetstager.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestReader.Rules;
import org.assetstager.spark.RecordCodec;

/** Reads the split of a partition; a partition has one. */
final class ReadJsonLines implements FlatMapFunction<Iterator<Row>, Row> {
  static final RecordCodec<ManifestSplit> SPLITS = RecordCodec.of(ManifestSplit.class);

  private final Rules rules;

  ReadJsonLines(Rules rules) {
    this.rules = rules;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> splits) throws IOException {
    if (!splits.hasNext()) {
      return Collections.emptyIterator();
    }
    ManifestSplit split = SPLITS.fromRow(splits.next());
    if (splits.hasNext()) {
      throw new IllegalStateException("A partition has one split");
    }
    JsonLinesReader reader = open(split);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close(reader));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return reader.hasNext();
      }

      @Override
      public Row next() {
        return ManifestReader.ROWS.toRow(reader.next());
      }
    };
  }

  private JsonLinesReader open(ManifestSplit split) throws IOException {
    Path path = new Path(split.file());
    try {
      InputStream in =
          ManifestInput.open(
              path, JsonLinesReader.firstByteToRead(split.start()), rules.configuration().value());
      int maxRowBytes = rules.settings().maxRowBytes();
      InputStream counted = new CountedInput(in, rules.progress(), split.end() - split.start());
      return split.end() == Long.MAX_VALUE
          ? JsonLinesReader.whole(split.file(), counted, maxRowBytes, rules.fields())
          : JsonLinesReader.range(
              split.file(), counted, split.start(), split.end(), maxRowBytes, rules.fields());
    } catch (IOException e) {
      throw JobFailure.input(
          "The manifest " + split.file() + " can't be opened: " + e.getMessage(),
          "Make sure that every executor can read it",
          e);
    }
  }

  private static void close(JsonLinesReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
