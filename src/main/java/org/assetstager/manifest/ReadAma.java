package org.assetstager.manifest;

import com.google.common.collect.Iterators;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.AmaState.Kind;
import org.assetstager.spark.PlainFiles;
import org.assetstager.spark.TaskEnd;
import scala.Tuple2;

/** Streams a document, in a task of its own, which closes it when it ends; see {@link AmaKeys}. */
final class ReadAma {
  private ReadAma() {}

  /** Reads the objects of a manifest, with the keys of their contents. */
  record OfObjects(ManifestRules rules) implements PairFlatMapFunction<String, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(String manifest) throws IOException {
      AmaLocations locations = AmaLocations.of(manifest);
      AmaHeader header = AmaHeader.read(locations, open(manifest, rules));
      InputStream counted =
          new CountedInput(open(manifest, rules), rules.progress(), Long.MAX_VALUE);
      return Iterators.transform(
          TaskEnd.closing(AmaObject.read(manifest, counted)),
          object -> {
            AmaEntry entry = new AmaEntry(locations, header, object);
            return new Tuple2<>(entry.keyOfContent(), AmaEntry.CODEC.toBytes(entry));
          });
    }
  }

  /** Reads the states of a manifest's contents. */
  record OfContentStates(ManifestRules rules)
      implements PairFlatMapFunction<String, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(String manifest) {
      String file = AmaLocations.of(manifest).states();
      return Iterators.transform(
          states(file, rules, Kind.CONTENT),
          state ->
              new Tuple2<>(
                  AmaKeys.of(file, state.key(), AmaKeys.STATE), AmaState.CODEC.toBytes(state)));
    }
  }

  /** Reads the states of a manifest's objects. */
  record OfObjectStates(ManifestRules rules)
      implements PairFlatMapFunction<String, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(String manifest) {
      AmaLocations locations = AmaLocations.of(manifest);
      return Iterators.transform(
          states(locations.states(), rules, Kind.OBJECT),
          state ->
              new Tuple2<>(
                  AmaKeys.of(locations.fileStats(), state.key(), AmaKeys.STATE),
                  AmaStored.CODEC.toBytes(new AmaStored(locations.states(), state))));
    }
  }

  /** Reads stored stats. */
  record OfStats(ManifestRules rules) implements PairFlatMapFunction<String, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(String file) {
      return Iterators.transform(
          TaskEnd.closing(AmaFileStats.read(file, open(file, rules))),
          stats ->
              new Tuple2<>(
                  AmaKeys.of(file, stats.path(), AmaKeys.STATS),
                  AmaFileStats.CODEC.toBytes(stats)));
    }
  }

  private static Iterator<AmaState> states(String file, ManifestRules rules, Kind kind) {
    return Iterators.filter(
        TaskEnd.closing(AmaState.read(file, open(file, rules))), state -> state.kind() == kind);
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
