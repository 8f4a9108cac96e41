package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.spark.ByteKeys;
import org.assetstager.testing.SampleRows;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class SearchChunksTest {
  private final List<Tuple2<byte[], byte[]>> pairs = new ArrayList<>();
  private final List<byte[]> matches = new ArrayList<>();

  private void addRow(String root, String directory, String path) {
    ManifestRow row = SampleRows.added(pairs.size(), root, path);
    VerifiedRow missing = VerifiedRows.withoutFile(row, Verdict.DELETED, null, null);
    pairs.add(
        new Tuple2<>(
            SearchChunks.key(root, directory, SearchChunks.ROW),
            Candidate.CODEC.toBytes(new Candidate(missing, root, 5))));
  }

  private void addCount(String root, long count) {
    pairs.add(
        new Tuple2<>(
            SearchChunks.key(root, "", SearchChunks.COUNT),
            ByteBuffer.allocate(Long.BYTES).putLong(count).array()));
  }

  private List<SearchChunk> chunks(boolean deep) {
    pairs.sort((one, other) -> new ByteKeys().compare(one._1(), other._1()));
    Iterator<SearchChunk> chunks = new SearchChunks(pairs.iterator(), deep, matches::add);
    List<SearchChunk> all = new ArrayList<>();
    chunks.forEachRemaining(all::add);
    return all;
  }

  @Test
  void next_rowsOfOneDirectory_areOneChunk() {
    for (int i = 0; i < 10; i++) {
      addRow("/r", "d/e", "d/e/f" + i);
    }
    addRow("/r", "d", "d/f");
    addRow("/r2", "d/e", "d/e/f");
    addRow("/r", "", "f");

    assertThat(chunks(false))
        .extracting(chunk -> chunk.root() + " " + chunk.directory() + " " + chunk.size())
        .containsExactlyInAnyOrder("/r d/e 10", "/r d 1", "/r2 d/e 1", "/r  1");
  }

  @Test
  void next_rowsOfManyMegabytes_areCutIntoSeveral() {
    String longName = "n".repeat(4_000);
    IntStream.range(0, 5_000).forEach(i -> addRow("/r", "d", "d/" + i + longName));

    List<SearchChunk> chunks = chunks(false);

    assertThat(chunks).hasSize(3);
    assertThat(chunks.stream().mapToInt(SearchChunk::size).sum()).isEqualTo(5_000);
  }

  /** As for one row of a megabyte or more, with the largest settings. */
  @Test
  void next_rowsThatFillAChunkEach_areAllThere() {
    String huge = "n".repeat(9 << 20);
    for (String root : List.of("/a", "/b", "/c")) {
      addRow(root, "", huge);
    }

    assertThat(chunks(false))
        .extracting(SearchChunk::root)
        .containsExactlyInAnyOrder("/a", "/b", "/c");
  }

  @Test
  void next_countsOfRoots_areAddedUpForTheirOwnRows() {
    addRow("/r", "", "x/f");
    addCount("/r", 7);
    addCount("/r", 5);
    addCount("/other", 100);
    addRow("/none", "", "f");

    assertThat(chunks(true))
        .extracting(chunk -> chunk.root() + " " + chunk.directory() + chunk.rowsOfRoot())
        .containsExactlyInAnyOrder("/r 12", "/none 0");
  }

  @Test
  void next_matchesFromBefore_arePassedOn() {
    addRow("/r", "", "f");
    pairs.add(
        new Tuple2<>(
            SearchChunks.keyOfMatch(SampleRows.added(1, "/r", "g")), new byte[] {1, 2, 3}));

    assertThat(chunks(true)).hasSize(1);
    assertThat(matches).containsExactly(new byte[] {1, 2, 3});
  }

  @Test
  void ofInode_rows_areThoseThatStoreIt() {
    addRow("/r", "", "f");
    addRow("/r", "", "g");

    SearchChunk chunk = chunks(true).get(0);

    assertThat(chunk.ofInode(77)).hasSize(2);
    assertThat(chunk.ofInode(78)).isEmpty();
    assertThat(chunk.row(0).row().storedInode()).isEqualTo(77);
    assertThat(chunk.seen()).isEqualTo(new AssetRoot.Seen("/r", 5));
  }
}
