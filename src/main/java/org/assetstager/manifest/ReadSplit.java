package org.assetstager.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.TaskCompletionListener;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.manifest.ManifestReader.Rules;
import org.assetstager.spark.PlainFiles;
import org.assetstager.spark.RecordCodec;

/** Reads the split of a partition; a partition has one. */
final class ReadSplit implements FlatMapFunction<Iterator<ManifestSplit>, ManifestRow> {
  static final RecordCodec<ManifestSplit> SPLITS = RecordCodec.of(ManifestSplit.class);

  private final Rules rules;

  ReadSplit(Rules rules) {
    this.rules = rules;
  }

  @Override
  public Iterator<ManifestRow> call(Iterator<ManifestSplit> splits) {
    if (!splits.hasNext()) {
      return Collections.emptyIterator();
    }
    ManifestSplit split = splits.next();
    if (splits.hasNext()) {
      throw new IllegalStateException("A partition has one split");
    }
    ManifestFields fields = rules.fields().in(FolderColumns.of(split.file()));
    return ManifestFile.formatOf(split.file()) == Format.PARQUET
        ? rows(ParquetRows.open(split, rules.configuration().value(), fields))
        : rows(openLines(split, fields));
  }

  private static <T extends Iterator<ManifestRow> & Closeable> Iterator<ManifestRow> rows(
      T reader) {
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close(reader));
    return reader;
  }

  private JsonLinesReader openLines(ManifestSplit split, ManifestFields fields) {
    Path path = new Path(split.file());
    Configuration configuration = rules.configuration().value();
    try {
      InputStream in =
          PlainFiles.open(path, JsonLinesReader.firstByteToRead(split.start()), configuration);
      int maxRowBytes = rules.settings().maxRowBytes();
      InputStream counted = new CountedInput(in, rules.progress(), split.end() - split.start());
      return split.end() == Long.MAX_VALUE
          ? JsonLinesReader.whole(split.file(), counted, maxRowBytes, fields)
          : JsonLinesReader.range(
              split.file(), counted, split.start(), split.end(), maxRowBytes, fields);
    } catch (IOException e) {
      throw JobFailure.input(
          "The manifest " + split.file() + " can't be opened: " + e.getMessage(),
          "Make sure that every executor can read it",
          e);
    }
  }

  private static void close(Closeable reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
