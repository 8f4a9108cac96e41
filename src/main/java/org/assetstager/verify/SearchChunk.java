package org.assetstager.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assetstager.manifest.ManifestRow;

/** Missing rows of one directory, or of one root, that one listing of it may find. */
final class SearchChunk {
  /** A directory of a million missing rows is listed some fifty times then. */
  private static final int MOST_BYTES = 8 << 20;

  private final String root;
  private final String directory;
  private final AssetRoot.Seen seen;
  private final long rowsOfRoot;
  private final List<byte[]> rows = new ArrayList<>();
  private final Map<Long, List<Integer>> byInode = new HashMap<>();
  private int bytes;

  /**
   * Begins with no rows.
   *
   * @param first one of the rows
   * @param directory relative to the root; empty for the root itself
   * @param rowsOfRoot rows of the manifest that have the root, as far as that is known
   */
  SearchChunk(Candidate first, String directory, long rowsOfRoot) {
    this.root = Objects.requireNonNull(first.found().row().root());
    this.directory = directory;
    this.seen = first.rootSeen();
    this.rowsOfRoot = rowsOfRoot;
  }

  /**
   * Adds a row.
   *
   * @param encoded by {@link Candidate#CODEC}
   */
  void add(ManifestRow row, byte[] encoded) {
    byInode
        .computeIfAbsent(Objects.requireNonNull(row.storedInode()), inode -> new ArrayList<>(1))
        .add(rows.size());
    rows.add(encoded);
    bytes += encoded.length;
  }

  boolean isFull() {
    return bytes > MOST_BYTES;
  }

  String root() {
    return root;
  }

  String directory() {
    return directory;
  }

  AssetRoot.Seen seen() {
    return seen;
  }

  long rowsOfRoot() {
    return rowsOfRoot;
  }

  int size() {
    return rows.size();
  }

  byte[] encoded(int index) {
    return rows.get(index);
  }

  VerifiedRow row(int index) {
    return Candidate.CODEC.fromBytes(rows.get(index)).found();
  }

  /** Returns the indexes of the rows whose file had an inode. */
  List<Integer> ofInode(long inode) {
    return byInode.getOrDefault(inode, List.of());
  }

  /** Returns the directory of a row's path, relative to its root; empty for the root itself. */
  static String directoryOf(ManifestRow row) {
    String path = Objects.requireNonNull(row.path());
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
