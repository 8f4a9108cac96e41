package org.assetstager.verify;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.assetstager.files.FileFacts;
import org.assetstager.spark.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Searches for the files of missing rows, several directories or roots at a time.
 *
 * @param deep whether whole roots are searched, not directories
 * @param bounded whether a search of a root looks at no more entries than the manifest has rows of
 *     it, and {@link #LEAST_ENTRIES}
 */
record RenameSearcher(Roots roots, boolean deep, boolean bounded) implements Serializable {
  /** A search looks at as many entries of a root, even if the manifest has fewer rows. */
  static final long LEAST_ENTRIES = 10_000;

  private static final long serialVersionUID = 1;

  /** Listings wait for file servers; and each thread may hold two chunks. */
  private static final int THREADS = 4;

  /** A file of more hard links has so many of its names tried. */
  private static final int MOST_NAMES = 64;

  /** A file that has facts which a rename keeps. */
  private record Found(long inode, long linkCount) {}

  /** What a search of a chunk has found: of each row the files, by their paths; null for none. */
  record Searched(
      SearchChunk chunk,
      List<@Nullable NavigableMap<String, Found>> files,
      @Nullable Long endedAfter) {
    int size() {
      return files.size();
    }

    boolean isFound(int index) {
      return files.get(index) != null;
    }

    /** Returns what may be a row's file, at least one, the first by their paths first. */
    Iterator<RenameMatch> matches(int index) {
      VerifiedRow missing = chunk.row(index);
      NavigableMap<String, Found> names = files.get(index);
      if (names == null) {
        return Collections.emptyIterator();
      }
      return names.entrySet().stream()
          .map(
              name ->
                  new RenameMatch(
                      missing,
                      name.getKey(),
                      name.getValue().inode(),
                      name.getValue().linkCount(),
                      endedAfter))
          .iterator();
    }
  }

  /** Searches, inside a task. */
  Iterator<Searched> search(SearchChunks chunks) {
    return ConcurrentMap.map(chunks, THREADS, "find-renamed", this::search);
  }

  private Searched search(SearchChunk chunk) {
    AssetRoot root = roots.of(chunk.root(), chunk.seen());
    List<@Nullable NavigableMap<String, Found>> files =
        new ArrayList<>(Collections.nCopies(chunk.size(), null));
    Long endedAfter = null;
    if (deep) {
      long most = bounded ? Math.max(LEAST_ENTRIES, chunk.rowsOfRoot()) : Long.MAX_VALUE;
      boolean all =
          RenameSearch.belowRoot(
              root, most, (path, facts) -> compare(chunk, root, path, facts, files));
      endedAfter = all ? null : most;
    } else {
      RenameSearch.inDirectory(
          root, chunk.directory(), (path, facts) -> compare(chunk, root, path, facts, files));
    }
    return new Searched(chunk, files, endedAfter);
  }

  private static void compare(
      SearchChunk chunk,
      AssetRoot root,
      String path,
      FileFacts facts,
      List<@Nullable NavigableMap<String, Found>> files) {
    for (int index : chunk.ofInode(facts.inode())) {
      if (RenameSearch.matches(chunk.row(index).row(), facts, root.device())) {
        NavigableMap<String, Found> names = files.get(index);
        if (names == null) {
          names = new TreeMap<>();
          files.set(index, names);
        }
        names.put(path, new Found(facts.inode(), facts.linkCount()));
        if (names.size() > MOST_NAMES) {
          names.pollLastEntry();
        }
      }
    }
  }
}
