package org.assetstager.manifest;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Maps;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.spark.ByteKeys;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Reads manifests of AMA: streams the objects, the states and the stored stats, each document in
 * one task, and joins the objects with the states of their contents, then with the stats and the
 * states of their paths. A task has one object in memory at a time; all objects of one content are
 * in one task.
 *
 * @param tasks of each join
 */
record AmaManifests(JavaSparkContext spark, ManifestRules rules, int tasks) {
  /**
   * Reads them.
   *
   * @param files manifests, the states of each, and the stats that there are
   */
  JavaRDD<ManifestRow> read(Collection<ManifestFile> files) {
    List<ManifestFile> manifests = ManifestFile.ofFormats(files, Set.of(Format.AMA));
    List<ReadAma.States> states =
        states(manifests, ManifestFile.ofFormats(files, Set.of(Format.AMA_STATES)));
    JavaPairRDD<byte[], byte[]> byContent =
        grouped(
            documents(manifests, new ReadAma.OfObjects(rules))
                .union(documents(states, new ReadAma.OfContentStates(rules))));
    return grouped(
            byContent
                .mapPartitionsToPair(new JoinContents())
                .union(documents(states, new ReadAma.OfObjectStates(rules)))
                .union(
                    documents(
                        ManifestFile.ofFormats(files, Set.of(Format.AMA_STATS)),
                        new ReadAma.OfStats(rules))))
        .mapPartitions(new JoinPaths(rules));
  }

  private static List<ReadAma.States> states(
      List<ManifestFile> manifests, List<ManifestFile> states) {
    Map<String, ManifestFile> byPath = Maps.uniqueIndex(states, ManifestFile::path);
    return manifests.stream()
        .map(manifest -> AmaLocations.of(manifest.path()))
        .map(
            locations ->
                new ReadAma.States(
                    Objects.requireNonNull(byPath.get(locations.states()), locations::states),
                    locations.fileStats()))
        .toList();
  }

  private <D> JavaPairRDD<byte[], byte[]> documents(
      List<D> documents, PairFlatMapFunction<D, byte[], byte[]> read) {
    return spark.parallelize(documents, Math.max(1, documents.size())).flatMapToPair(read);
  }

  private JavaPairRDD<byte[], byte[]> grouped(JavaPairRDD<byte[], byte[]> elements) {
    return elements.repartitionAndSortWithinPartitions(new AmaKeys.ByName(tasks), new ByteKeys());
  }

  /** Gives each object the state of its content, and the key of its path. */
  record JoinContents()
      implements PairFlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
      return new AbstractIterator<>() {
        private byte[] group = new byte[1];
        private @Nullable AmaState state;

        @Override
        protected @Nullable Tuple2<byte[], byte[]> computeNext() {
          while (sorted.hasNext()) {
            Tuple2<byte[], byte[]> next = sorted.next();
            if (!ByteKeys.sameGroup(group, next._1())) {
              group = next._1();
              state = null;
            }
            if (ByteKeys.tag(next._1()) == AmaKeys.OBJECT) {
              AmaEntry entry = AmaEntry.CODEC.fromBytes(next._2()).withState(state);
              return new Tuple2<>(entry.keyOfPath(), AmaEntry.CODEC.toBytes(entry));
            }
            AmaState read = AmaState.CODEC.fromBytes(next._2());
            state = state == null ? read : read.twice();
          }
          return endOfData();
        }
      };
    }
  }

  /** Makes a manifest row of each object, with the stats and the state of its path. */
  record JoinPaths(ManifestRules rules)
      implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, ManifestRow> {
    @Override
    public Iterator<ManifestRow> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
      AmaRows rows = new AmaRows(rules.fields(FolderColumns.NONE));
      return new AbstractIterator<>() {
        private byte[] group = new byte[1];
        private @Nullable AmaFileStats stats;
        // Versions of an asset have states of their own, and the stats together.
        private final Map<String, AmaState> states = new HashMap<>();

        @Override
        protected @Nullable ManifestRow computeNext() {
          while (sorted.hasNext()) {
            Tuple2<byte[], byte[]> next = sorted.next();
            if (!ByteKeys.sameGroup(group, next._1())) {
              group = next._1();
              stats = null;
              states.clear();
            }
            switch (ByteKeys.tag(next._1())) {
              case AmaKeys.STATS -> {
                AmaFileStats read = AmaFileStats.CODEC.fromBytes(next._2());
                stats = stats == null ? read : read.twice();
              }
              case AmaKeys.STATE -> {
                AmaStored read = AmaStored.CODEC.fromBytes(next._2());
                states.merge(read.document(), read.state(), (one, other) -> other.twice());
              }
              default -> {
                AmaEntry entry = AmaEntry.CODEC.fromBytes(next._2());
                return rows.join(
                    entry.header(),
                    entry.object(),
                    entry.stateOfContent(),
                    states.get(entry.states()),
                    stats);
              }
            }
          }
          return endOfData();
        }
      };
    }
  }
}
