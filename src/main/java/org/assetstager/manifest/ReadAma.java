package org.assetstager.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.PlainFiles;

/** Streams the document of a partition; a partition has one at most. */
final class ReadAma {
  private final ManifestRules rules;

  ReadAma(ManifestRules rules) {
    this.rules = rules;
  }

  Iterator<Row> objects(Iterator<Row> files) throws IOException {
    if (!files.hasNext()) {
      return Collections.emptyIterator();
    }
    AmaLocations locations = AmaLocations.of(next(files));
    AmaHeader header = AmaHeader.read(locations, open(locations.manifest()));
    return rows(
        AmaObject.read(
            locations.manifest(),
            new CountedInput(open(locations.manifest()), rules.progress(), Long.MAX_VALUE)),
        object -> objectRow(locations, header, object));
  }

  Iterator<Row> states(Iterator<Row> files) {
    if (!files.hasNext()) {
      return Collections.emptyIterator();
    }
    String file = next(files);
    return rows(AmaState.read(file, open(file)), state -> stateRow(file, state));
  }

  Iterator<Row> stats(Iterator<Row> files) {
    if (!files.hasNext()) {
      return Collections.emptyIterator();
    }
    String file = next(files);
    return rows(AmaFileStats.read(file, open(file)), stats -> statsRow(file, stats));
  }

  private static Row objectRow(AmaLocations locations, AmaHeader header, AmaObject object) {
    return RowFactory.create(
        locations.states(),
        locations.fileStats(),
        object.path(),
        object.contentId(),
        AmaHeader.CODEC.toRow(header),
        AmaObject.CODEC.toRow(object));
  }

  private static Row stateRow(String file, AmaState state) {
    return RowFactory.create(file, state.kind().name(), state.key(), AmaState.CODEC.toRow(state));
  }

  private static Row statsRow(String file, AmaFileStats stats) {
    return RowFactory.create(file, "", stats.path(), AmaFileStats.CODEC.toRow(stats));
  }

  private static String next(Iterator<Row> files) {
    String file = ManifestSplit.CODEC.fromRow(files.next()).file();
    if (files.hasNext()) {
      throw new IllegalStateException("A partition has one document");
    }
    return file;
  }

  private InputStream open(String file) {
    Path path = new Path(file);
    try {
      return PlainFiles.open(path, 0, rules.configuration().value());
    } catch (IOException e) {
      throw JobFailure.input(
          "The document " + file + " can't be opened: " + e.getMessage(),
          "Make sure that every executor can read it",
          e);
    }
  }

  private static <T> Iterator<Row> rows(AmaReader<T> reader, Function<T, Row> row) {
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close(reader));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return reader.hasNext();
      }

      @Override
      public Row next() {
        return row.apply(reader.next());
      }
    };
  }

  private static void close(Closeable reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
