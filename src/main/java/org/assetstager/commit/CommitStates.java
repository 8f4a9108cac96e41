package org.assetstager.commit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.AbstractIterator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.VisibleJson;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.run.NamedFile;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.spark.ByteKeys;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The states after a commit, for an asset server to take over. One JSON object: the assets of the
 * run's ledger, and in each {@code content_states}, as AMA's own states file names them.
 *
 * <pre>
 * {"asset 1": {"content_states": {"s3:md5_XUFAKrxLKna5cZ2REBfFkg==": "committed"}}}
 * </pre>
 *
 * <p>Only contents that the commit has proved in the remote are named. Rows without an asset stand
 * under their namespace; rows without a content id get one of the storage {@code s3}.
 */
public record CommitStates(
    JavaSparkContext spark, LedgerFiles ledger, CommitRun run, StepOutput output) {
  private static final String STEP = "states";
  private static final String KIND = "states";

  /** A content of an asset that is committed. */
  record State(String asset, String contentId) {
    static final RecordCodec<State> CODEC = RecordCodec.of(State.class);

    /** In the order of assets and ids. */
    byte[] key() {
      return (asset + '\0' + contentId).getBytes(StandardCharsets.UTF_8);
    }

    static State of(byte[] key) {
      String text = new String(key, StandardCharsets.UTF_8);
      int end = text.indexOf('\0');
      return new State(text.substring(0, end), text.substring(end + 1));
    }
  }

  /** A row of the run's ledger, as far as it says whose content it is. */
  record AssetRow(
      @Nullable String topHash,
      @Nullable String asset,
      @Nullable String md5,
      @Nullable String contentId,
      Outcome outcome) {
    private static final String MD5_PREFIX = "md5_";
    static final RecordCodec<AssetRow> CODEC = RecordCodec.of(AssetRow.class);

    State state() {
      Md5 proved = Md5.parse(Objects.requireNonNull(md5));
      return new State(
          asset == null ? Objects.requireNonNull(topHash) : asset,
          contentId == null || namesAnother(contentId, proved)
              ? "s3:" + MD5_PREFIX + proved.toBase64()
              : contentId);
    }

    /** Who made the manifest can have given a content the id of another one. */
    private static boolean namesAnother(String contentId, Md5 proved) {
      String hash = contentId.substring(contentId.indexOf(':') + 1);
      try {
        return hash.startsWith(MD5_PREFIX)
            && !Md5.parse(hash.substring(MD5_PREFIX.length())).equals(proved);
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }

  /** What a commit's ledger says of a content. */
  record Committed(@Nullable String topHash, @Nullable String md5, CommitOutcome outcome) {
    static final RecordCodec<Committed> CODEC = RecordCodec.of(Committed.class);
  }

  /**
   * Writes the file.
   *
   * @throws org.assetstager.asset.JobFailure if it can't be written
   */
  public void write(NamedFile file) {
    List<StepFile> files = files();
    try (LedgerReader<State> states = output.readAll(STEP, files, State.CODEC)) {
      file.replace(out -> write(states, out));
    } finally {
      run.folder().delete("steps/" + STEP);
    }
  }

  private static void write(Iterator<State> states, OutputStream out) throws IOException {
    try (JsonGenerator json = VisibleJson.factory().createGenerator(out)) {
      json.configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      String asset = null;
      while (states.hasNext()) {
        State state = states.next();
        if (!state.asset().equals(asset)) {
          if (asset != null) {
            json.writeEndObject();
            json.writeEndObject();
          }
          asset = state.asset();
          json.writeObjectFieldStart(asset);
          json.writeObjectFieldStart("content_states");
        }
        json.writeStringField(state.contentId(), CommitOutcome.COMMITTED.state());
      }
      if (asset != null) {
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  /** Each asset is in one of the files. */
  private List<StepFile> files() {
    int tasks = spark.defaultParallelism();
    JavaPairRDD<byte[], byte[]> rows =
        ledger.rows(AssetRow.CODEC, EnumSet.allOf(Outcome.class)).flatMapToPair(new OfRow());
    JavaRDD<Committed> committed =
        LedgerFiles.of(spark, run.folder(), 0).rows(Committed.CODEC, EnumSet.allOf(Outcome.class));
    return rows.union(committed.flatMapToPair(new OfCommitted()))
        .repartitionAndSortWithinPartitions(
            new ByteKeys.ByHash(Math.max(tasks, rows.getNumPartitions())), new ByteKeys())
        .mapPartitionsToPair(new Joined())
        .repartitionAndSortWithinPartitions(new ByAsset(tasks), new ByteKeys())
        .mapPartitions(new Write(output))
        .collect();
  }

  /** Gives rows of contents in staging the keys that bring them together with the commit's. */
  private static final class OfRow implements PairFlatMapFunction<AssetRow, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(AssetRow row) {
      return CommitRun.STAGED.contains(row.outcome()) && row.topHash() != null && row.md5() != null
          ? List.of(
                  new Tuple2<>(
                      CommitStates.key(row.md5(), row.topHash(), ContentOrder.ROW),
                      row.state().key()))
              .iterator()
          : List.<Tuple2<byte[], byte[]>>of().iterator();
    }
  }

  /** Gives contents that are committed keys before those of their rows. */
  private static final class OfCommitted implements PairFlatMapFunction<Committed, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(Committed content) {
      return content.outcome().isCommitted() && content.topHash() != null && content.md5() != null
          ? List.of(
                  new Tuple2<>(
                      CommitStates.key(content.md5(), content.topHash(), ContentOrder.REMOTE),
                      new byte[0]))
              .iterator()
          : List.<Tuple2<byte[], byte[]>>of().iterator();
    }
  }

  private static byte[] key(String md5, String topHash, byte what) {
    return ContentOrder.key(HexFormat.of().parseHex(md5), topHash, what, new byte[0]);
  }

  /** Keeps the rows whose content is committed. */
  private static final class Joined
      implements PairFlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
      return new AbstractIterator<>() {
        private byte @Nullable [] committed;

        @Override
        protected @Nullable Tuple2<byte[], byte[]> computeNext() {
          while (sorted.hasNext()) {
            Tuple2<byte[], byte[]> next = sorted.next();
            if (ContentOrder.what(next._1()) == ContentOrder.REMOTE) {
              committed = next._1();
            } else if (committed != null && ContentOrder.sameContent(committed, next._1())) {
              return new Tuple2<>(next._2(), new byte[0]);
            }
          }
          return endOfData();
        }
      };
    }
  }

  /** Deals out assets, each whole. */
  private static final class ByAsset extends ByteKeys.ByHash {
    ByAsset(int partitions) {
      super(partitions);
    }

    @Override
    protected int hash(byte[] key) {
      return State.of(key).asset().hashCode();
    }
  }

  /** Writes the states of a partition, each once. */
  private record Write(StepOutput output)
      implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, StepFile> {
    @Override
    public Iterator<StepFile> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
      TaskFiles files = TaskFiles.ofTask(output, STEP);
      byte[] before = new byte[0];
      while (sorted.hasNext()) {
        byte[] key = sorted.next()._1();
        if (!Arrays.equals(key, before)) {
          files.add(KIND, State.CODEC, State.of(key), 0);
          before = key;
        }
      }
      return files.finish().iterator();
    }
  }
}
