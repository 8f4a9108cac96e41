package org.assetstager.snapshot;

import com.google.common.collect.AbstractIterator;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.assetstager.files.FileFacts;
import org.assetstager.files.OpenDirectory;
import org.assetstager.files.UnixFiles;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.RootsSeen;
import org.assetstager.verify.SystemErrors;
import org.jspecify.annotations.Nullable;

/**
 * Reads directories and what is below them, one entry at a time, without following symbolic links.
 * Once it has met its budget of entries it reads no further directory but hands those that are left
 * out as {@link SnapshotEntry.Kind#DIRECTORY}, for others to read. So memory depends neither on the
 * size of a directory nor on that of the tree, and a large tree is soon many tasks' work.
 */
final class DirectoryWalk extends AbstractIterator<SnapshotEntry> implements AutoCloseable {
  /** The asset manager keeps its own files here, directly below the root. */
  static final String ASSET_FOLDER = ".asset";

  /** So many paths are kept for later; further ones are handed out. */
  private static final int MOST_WAITING = 1_000;

  private final AssetRoot root;
  private final RootsSeen.Collector seen;
  private final Iterator<String> directories;
  private final long budget;
  private final Deque<String> waiting = new ArrayDeque<>();
  private long met;
  private String current = "";
  private @Nullable OpenDirectory children;

  /**
   * Prepares a walk; nothing is opened yet.
   *
   * @param seen gets what is seen of mount points below the root
   * @param directories relative to the root; empty for the root itself
   * @param budget entries to meet before no further directory is opened; at least 1
   */
  DirectoryWalk(
      AssetRoot root, RootsSeen.Collector seen, Iterator<String> directories, long budget) {
    this.root = root;
    this.seen = seen;
    this.directories = directories;
    this.budget = budget;
  }

  @Override
  protected @Nullable SnapshotEntry computeNext() {
    SnapshotEntry next = null;
    while (next == null) {
      if (children != null) {
        next = nextChild(children);
      } else if (!waiting.isEmpty()) {
        next = enter(waiting.removeLast());
      } else if (directories.hasNext()) {
        next = enter(directories.next());
      } else {
        return endOfData();
      }
    }
    return next;
  }

  /** Opens a directory; returns an entry instead where it isn't opened. */
  private @Nullable SnapshotEntry enter(String directory) {
    if (met >= budget) {
      return SnapshotEntry.directory(directory);
    }
    Path path = root.realPath().resolve(directory);
    try {
      // By now it may be a link that leads out of the root.
      if (!path.toRealPath().equals(path)) {
        return SnapshotEntry.skipped(directory, SkipReason.SYMBOLIC_LINK, null);
      }
      OpenDirectory opened = UnixFiles.openDirectory(path);
      children = opened;
      if (!opened.realPath().equals(path)) {
        close();
        return SnapshotEntry.skipped(directory, SkipReason.VANISHED, null);
      }
      seen.addMountPoints(root, path);
      current = directory;
      return null;
    } catch (IOException e) {
      return failed(directory, e);
    }
  }

  private @Nullable SnapshotEntry nextChild(OpenDirectory from) {
    try {
      if (from.hasNext()) {
        met++;
        return look(from.next());
      }
      close();
      return null;
    } catch (DirectoryIteratorException e) {
      close();
      root.requireAlive();
      return SnapshotEntry.skipped(
          current, SkipReason.UNREADABLE, "reading the directory broke off: " + reason(e));
    }
  }

  private static String reason(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /** Returns the entry of a child; null for a directory that waits to be read. */
  private @Nullable SnapshotEntry look(Path child) {
    Path fileName = child.getFileName();
    String name = fileName.toString();
    String path = current.isEmpty() ? name : current + "/" + name;
    if (!isRepresentable(fileName, name)) {
      return SnapshotEntry.skipped(path, SkipReason.NAME_NOT_UTF8, child.toUri().toASCIIString());
    }
    if (path.equals(ASSET_FOLDER)) {
      return SnapshotEntry.skipped(path, SkipReason.ASSET_FOLDER, null);
    }
    try {
      FileFacts found = UnixFiles.facts(child, LinkOption.NOFOLLOW_LINKS);
      if (found.isRegularFile() && UnixFiles.isRemovedOnNfs(name)) {
        return SnapshotEntry.skipped(path, SkipReason.REMOVED, null);
      } else if (found.isRegularFile()) {
        return SnapshotEntry.file(path, found);
      } else if (found.isSymbolicLink()) {
        return SnapshotEntry.skipped(path, SkipReason.SYMBOLIC_LINK, null);
      } else if (!found.isDirectory()) {
        return SnapshotEntry.skipped(path, SkipReason.SPECIAL_FILE, null);
      } else if (waiting.size() >= MOST_WAITING) {
        return SnapshotEntry.directory(path);
      }
      waiting.addLast(path);
      return null;
    } catch (IOException e) {
      return failed(path, e);
    }
  }

  private static boolean isRepresentable(Path fileName, String name) {
    try {
      return Path.of(name).equals(fileName);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private SnapshotEntry failed(String path, IOException e) {
    SystemErrors.requireOfFile(e);
    root.requireAlive();
    if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
      root.requireMounted(root.realPath().resolve(path));
      return SnapshotEntry.skipped(path, SkipReason.VANISHED, null);
    }
    return SnapshotEntry.skipped(path, SkipReason.UNREADABLE, e.toString());
  }

  /** Closes the directory that is open, if one is. */
  @Override
  public void close() {
    OpenDirectory open = children;
    children = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new DirectoryIteratorException(e);
      }
    }
  }
}
