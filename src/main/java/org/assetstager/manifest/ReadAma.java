package org.assetstager.manifest;

import com.google.common.collect.Iterators;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.PlainFiles;
import org.assetstager.spark.TaskEnd;

/** Streams a document, in a task of its own, which closes it when it ends. */
final class ReadAma {
  private ReadAma() {}

  /** Reads the objects of a manifest, with the keys that they are joined by. */
  record OfObjects(ManifestRules rules) implements FlatMapFunction<String, Row> {
    @Override
    public Iterator<Row> call(String manifest) throws IOException {
      AmaLocations locations = AmaLocations.of(manifest);
      AmaHeader header = AmaHeader.read(locations, open(manifest, rules));
      InputStream counted =
          new CountedInput(open(manifest, rules), rules.progress(), Long.MAX_VALUE);
      return Iterators.transform(
          TaskEnd.closing(AmaObject.read(manifest, counted)),
          object ->
              RowFactory.create(
                  locations.states(),
                  locations.fileStats(),
                  object.path(),
                  object.contentId(),
                  AmaHeader.CODEC.toRow(header),
                  AmaObject.CODEC.toRow(object)));
    }
  }

  /** Reads states, with their kinds and keys. */
  record OfStates(ManifestRules rules) implements FlatMapFunction<String, Row> {
    @Override
    public Iterator<Row> call(String file) {
      return Iterators.transform(
          TaskEnd.closing(AmaState.read(file, open(file, rules))),
          state ->
              RowFactory.create(
                  file, state.kind().name(), state.key(), AmaState.CODEC.toRow(state)));
    }
  }

  /** Reads stored stats, with their paths. */
  record OfStats(ManifestRules rules) implements FlatMapFunction<String, Row> {
    @Override
    public Iterator<Row> call(String file) {
      return Iterators.transform(
          TaskEnd.closing(AmaFileStats.read(file, open(file, rules))),
          stats -> RowFactory.create(file, "", stats.path(), AmaFileStats.CODEC.toRow(stats)));
    }
  }

  private static InputStream open(String file, ManifestRules rules) {
    try {
      return PlainFiles.open(new Path(file), 0, rules.configuration().value());
    } catch (IOException e) {
      throw JobFailure.input(
          "The document " + file + " can't be opened: " + e.getMessage(),
          "Make sure that every executor can read it",
          e);
    }
  }
}
