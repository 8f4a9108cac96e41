package org.assetstager.verify;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.verify.RenameFiles.Written;
import org.assetstager.verify.RenameSearcher.Searched;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** What the tasks do that search for the files of missing rows. */
final class SearchTasks {
  private SearchTasks() {}

  /** Reads missing rows, each with the key of its directory or of its root. */
  record Missing(StepOutput output, String step, boolean byRoot)
      implements PairFlatMapFunction<StepFile, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(StepFile file) {
      return Iterators.transform(output.read(step, file, Candidate.CODEC), this::withKey);
    }

    private Tuple2<byte[], byte[]> withKey(Candidate missing) {
      ManifestRow row = missing.found().row();
      String directory = byRoot ? "" : SearchChunk.directoryOf(row);
      return new Tuple2<>(
          SearchChunks.key(Objects.requireNonNull(row.root()), directory, SearchChunks.ROW),
          Candidate.CODEC.toBytes(missing));
    }
  }

  /** Counts the rows of each root, as far as they follow one another in a file. */
  record CountRoots(ScannedRows rows) implements PairFlatMapFunction<StepFile, byte[], byte[]> {
    private static final int MOST_ROOTS = 1_000;

    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(StepFile file) {
      Iterator<ScannedRow> read = rows.read(file);
      return Iterators.concat(
          new AbstractIterator<Iterator<Tuple2<byte[], byte[]>>>() {
            @Override
            protected @Nullable Iterator<Tuple2<byte[], byte[]>> computeNext() {
              return read.hasNext() ? count(read).iterator() : endOfData();
            }
          });
    }

    private static List<Tuple2<byte[], byte[]>> count(Iterator<ScannedRow> rows) {
      Map<String, Long> counts = new HashMap<>();
      while (rows.hasNext() && counts.size() < MOST_ROOTS) {
        String root = rows.next().root();
        if (root != null) {
          counts.merge(root, 1L, Long::sum);
        }
      }
      List<Tuple2<byte[], byte[]>> pairs = new ArrayList<>(counts.size());
      counts.forEach(
          (root, count) ->
              pairs.add(
                  new Tuple2<>(
                      SearchChunks.key(root, "", SearchChunks.COUNT),
                      ByteBuffer.allocate(Long.BYTES).putLong(count).array())));
      return pairs;
    }
  }

  /**
   * Searches directories, and passes what was found on, and rows whose file wasn't by their roots.
   */
  record InDirectories(RenameSearcher searcher)
      implements PairFlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(Iterator<Tuple2<byte[], byte[]>> pairs) {
      Iterator<Searched> searched =
          searcher.search(new SearchChunks(pairs, searcher.deep(), match -> {}));
      return Iterators.concat(Iterators.transform(searched, one -> passOn(one).iterator()));
    }

    private static List<Tuple2<byte[], byte[]>> passOn(Searched searched) {
      SearchChunk chunk = searched.chunk();
      List<Tuple2<byte[], byte[]>> pairs = new ArrayList<>(searched.size());
      byte[] root = SearchChunks.key(chunk.root(), "", SearchChunks.ROW);
      for (int i = 0; i < searched.size(); i++) {
        if (searched.isFound(i)) {
          searched
              .matches(i)
              .forEachRemaining(
                  match ->
                      pairs.add(
                          new Tuple2<>(
                              SearchChunks.keyOfMatch(match.missing().row()),
                              RenameMatch.CODEC.toBytes(match))));
        } else {
          pairs.add(new Tuple2<>(root, chunk.encoded(i)));
        }
      }
      return pairs;
    }
  }

  /** Searches, and writes what was found, and rows whose file wasn't. */
  record Last(StepOutput output, LastRows last, RenameSearcher searcher)
      implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, Written> {
    @Override
    public Iterator<Written> call(Iterator<Tuple2<byte[], byte[]>> pairs) {
      RenameFiles files = new RenameFiles(output, last, TaskContext.getPartitionId());
      Iterator<Searched> searched =
          searcher.search(
              new SearchChunks(
                  pairs,
                  searcher.deep(),
                  match -> files.addMatch(RenameMatch.CODEC.fromBytes(match))));
      while (searched.hasNext()) {
        write(searched.next(), files);
      }
      return List.of(files.finish()).iterator();
    }

    private static void write(Searched searched, RenameFiles files) {
      for (int i = 0; i < searched.size(); i++) {
        if (searched.isFound(i)) {
          searched.matches(i).forEachRemaining(files::addMatch);
        } else {
          files.addDeleted(searched.chunk().row(i), searched.endedAfter());
        }
      }
    }
  }
}
