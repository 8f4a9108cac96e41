package org.assetstager.manifest;

import com.google.common.collect.Iterators;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.AmaState.Kind;
import org.assetstager.spark.TaskEnd;
import scala.Tuple2;

/** Streams a document, in a task of its own, which closes it when it ends; see {@link AmaKeys}. */
final class ReadAma {
  private ReadAma() {}

  /** Reads the objects of a manifest, with the keys of their contents. */
  record OfObjects(ManifestRules rules)
      implements PairFlatMapFunction<ManifestFile, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(ManifestFile manifest) throws IOException {
      AmaLocations locations = AmaLocations.of(manifest.path());
      AmaHeader header = AmaHeader.read(locations, open(manifest, rules));
      InputStream counted =
          new CountedInput(open(manifest, rules), rules.progress(), Long.MAX_VALUE);
      return Iterators.transform(
          TaskEnd.closing(AmaObject.read(manifest.path(), counted)),
          object -> {
            AmaEntry entry = new AmaEntry(locations, header, object);
            return new Tuple2<>(entry.keyOfContent(), AmaEntry.CODEC.toBytes(entry));
          });
    }
  }

  /**
   * The states of a manifest.
   *
   * @param fileStats where the stats are that its paths are joined with
   */
  record States(ManifestFile document, String fileStats) implements Serializable {}

  /** Reads the states of a manifest's contents. */
  record OfContentStates(ManifestRules rules)
      implements PairFlatMapFunction<States, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(States states) {
      return Iterators.transform(
          read(states.document(), rules, Kind.CONTENT),
          state ->
              new Tuple2<>(
                  AmaKeys.of(states.document().path(), state.key(), AmaKeys.STATE),
                  AmaState.CODEC.toBytes(state)));
    }
  }

  /** Reads the states of a manifest's objects. */
  record OfObjectStates(ManifestRules rules)
      implements PairFlatMapFunction<States, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(States states) {
      return Iterators.transform(
          read(states.document(), rules, Kind.OBJECT),
          state ->
              new Tuple2<>(
                  AmaKeys.of(states.fileStats(), state.key(), AmaKeys.STATE),
                  AmaStored.CODEC.toBytes(new AmaStored(states.document().path(), state))));
    }
  }

  /** Reads stored stats. */
  record OfStats(ManifestRules rules) implements PairFlatMapFunction<ManifestFile, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(ManifestFile file) {
      return Iterators.transform(
          TaskEnd.closing(AmaFileStats.read(file.path(), open(file, rules))),
          stats ->
              new Tuple2<>(
                  AmaKeys.of(file.path(), stats.path(), AmaKeys.STATS),
                  AmaFileStats.CODEC.toBytes(stats)));
    }
  }

  private static Iterator<AmaState> read(ManifestFile states, ManifestRules rules, Kind kind) {
    return Iterators.filter(
        TaskEnd.closing(AmaState.read(states.path(), open(states, rules))),
        state -> state.kind() == kind);
  }

  private static InputStream open(ManifestFile file, ManifestRules rules) {
    try {
      return file.open(0, rules.configuration().value());
    } catch (IOException e) {
      throw JobFailure.input(
          "The document " + file.path() + " can't be opened: " + e.getMessage(),
          "Make sure that every executor can read it",
          e);
    }
  }
}
