package org.assetstager.manifest;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile.Format;
import org.jspecify.annotations.Nullable;

/** Reads the splits of a partition, one after another. */
record ReadSplit(ManifestRules rules)
    implements FlatMapFunction<Iterator<ManifestSplit>, ManifestRow> {
  @Override
  public Iterator<ManifestRow> call(Iterator<ManifestSplit> splits) {
    return Iterators.concat(Iterators.transform(splits, this::read));
  }

  private Iterator<ManifestRow> read(ManifestSplit split) {
    ManifestFields fields = rules.fields(FolderColumns.of(split.file()));
    return ManifestFile.formatOf(split.file()) == Format.PARQUET
        ? rows(ParquetRows.open(split, rules.configuration().value(), fields))
        : rows(openLines(split, fields));
  }

  private static <T extends Iterator<ManifestRow> & Closeable> Iterator<ManifestRow> rows(
      T reader) {
    AtomicBoolean closed = new AtomicBoolean();
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) task -> close(reader, closed));
    return new AbstractIterator<>() {
      @Override
      protected @Nullable ManifestRow computeNext() {
        if (reader.hasNext()) {
          return reader.next();
        }
        close(reader, closed);
        return endOfData();
      }
    };
  }

  private JsonLinesReader openLines(ManifestSplit split, ManifestFields fields) {
    try {
      InputStream in =
          split
              .source()
              .open(LineReader.firstByteToRead(split.start()), rules.configuration().value());
      InputStream counted = new CountedInput(in, rules.progress(), split.end() - split.start());
      return new JsonLinesReader(split, counted, rules.settings().maxRowBytes(), fields);
    } catch (IOException e) {
      throw JobFailure.input(
          "The manifest " + split.file() + " can't be opened: " + e.getMessage(),
          "Make sure that every executor can read it",
          e);
    }
  }

  private static void close(Closeable reader, AtomicBoolean closed) {
    try {
      if (closed.compareAndSet(false, true)) {
        reader.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
