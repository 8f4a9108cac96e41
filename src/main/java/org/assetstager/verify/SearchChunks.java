package org.assetstager.verify;

import com.google.common.collect.AbstractIterator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.spark.ByteKeys;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** Cuts missing rows, as a shuffle brings them by their directories or roots, into chunks. */
final class SearchChunks extends AbstractIterator<SearchChunk> {
  /** The number of a root's rows, 8 bytes; there may be several, to be added up. */
  static final byte COUNT = 0;

  /** A missing row, of {@link Candidate#CODEC}. */
  static final byte ROW = 1;

  /** What was found before, of {@link RenameMatch#CODEC}. */
  static final byte MATCH = 2;

  private final Iterator<Tuple2<byte[], byte[]>> pairs;
  private final boolean deep;
  private final Consumer<byte[]> matches;
  private byte[] group = ByteKeys.of(0, "", MATCH);
  private long rowsOfRoot;
  private @Nullable SearchChunk chunk;
  private final Deque<SearchChunk> ready = new ArrayDeque<>();

  /**
   * Cuts rows.
   *
   * @param pairs in the order of their keys
   * @param deep whether groups are roots, not directories
   * @param matches receives what was found before, in the task's own thread
   */
  SearchChunks(Iterator<Tuple2<byte[], byte[]>> pairs, boolean deep, Consumer<byte[]> matches) {
    this.pairs = pairs;
    this.deep = deep;
    this.matches = matches;
  }

  /** Returns the key of what belongs to a directory. */
  static byte[] key(String root, String directory, byte tag) {
    return ByteKeys.of(TextHash.of(root, directory), root + "\0" + directory, tag);
  }

  /** Returns the key of what was found for a row; the hash deals them out to all tasks. */
  static byte[] keyOfMatch(ManifestRow row) {
    long position = row.manifestPosition();
    return ByteKeys.of(TextHash.of(row.manifestFile(), Long.toString(position)), "", MATCH);
  }

  @Override
  protected @Nullable SearchChunk computeNext() {
    while (ready.isEmpty() && pairs.hasNext()) {
      Tuple2<byte[], byte[]> pair = pairs.next();
      if (ByteKeys.tag(pair._1()) == MATCH) {
        matches.accept(pair._2());
      } else {
        add(pair._1(), pair._2());
      }
    }
    if (ready.isEmpty()) {
      end();
    }
    return ready.isEmpty() ? endOfData() : ready.remove();
  }

  private void add(byte[] key, byte[] value) {
    if (!ByteKeys.sameGroup(key, group)) {
      end();
      group = key;
      rowsOfRoot = 0;
    }
    if (ByteKeys.tag(key) == COUNT) {
      rowsOfRoot += ByteBuffer.wrap(value).getLong();
      return;
    }
    Candidate candidate = Candidate.CODEC.fromBytes(value);
    ManifestRow row = candidate.found().row();
    if (chunk == null) {
      chunk = new SearchChunk(candidate, deep ? "" : SearchChunk.directoryOf(row), rowsOfRoot);
    }
    chunk.add(row, value);
    if (chunk.isFull()) {
      end();
    }
  }

  private void end() {
    if (chunk != null) {
      ready.add(chunk);
      chunk = null;
    }
  }
}
