package org.assetstager.verify;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.assetstager.files.FileFacts;
import org.assetstager.files.OpenDirectory;
import org.assetstager.files.UnixFiles;
import org.assetstager.manifest.ManifestRow;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the files that missing rows may have been renamed to. It reports files one by one, in
 * any order, so memory doesn't grow with their number. Symbolic links aren't followed; the root's
 * own {@code .asset} is left out, and so is what vanishes, what may not be read, what was removed
 * on NFS and is still open, and any file whose name Java can't represent.
 */
public final class RenameSearch {
  /**
   * Begins the detail of a missing row whose new path was looked for in a part of the root only.
   */
  public static final String SEARCH_ENDED = "SEARCH_ENDED";

  /** Begins the detail of a file that was there when the scan looked: it was not searched for. */
  public static final String GONE_SINCE_SCAN = "GONE_SINCE_SCAN";

  private RenameSearch() {}

  /**
   * Tells the regular files of one directory.
   *
   * @param directory relative to the root, empty for the root itself; one that is gone, or leads
   *     outside the root, has no files
   * @param found takes paths relative to the root, {@code /}-separated, without symbolic links
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  public static void inDirectory(
      AssetRoot root, String directory, BiConsumer<String, FileFacts> found) {
    root.requireAlive();
    Path realPath;
    try {
      realPath = root.realPath().resolve(directory).toRealPath();
    } catch (IOException | InvalidPathException e) {
      return;
    }
    if (realPath.startsWith(root.realPath()) && Files.isDirectory(realPath)) {
      new Walk(root, false, Long.MAX_VALUE, found).run(realPath);
    }
  }

  /**
   * Tells regular files below the root, as {@link #inDirectory} does.
   *
   * @param mostEntries of directories to look at
   * @return whether these were all
   */
  static boolean belowRoot(AssetRoot root, long mostEntries, BiConsumer<String, FileFacts> found) {
    root.requireAlive();
    return new Walk(root, true, mostEntries, found).run(root.realPath());
  }

  /**
   * Whether a file can be what a missing row was renamed to: same inode, on the root's device, hard
   * links, size and modification time, as the row stores them. A rename alters the change time.
   *
   * @param missing an added row
   * @param rootDevice {@link AssetRoot#device}
   */
  public static boolean matches(ManifestRow missing, FileFacts found, long rootDevice) {
    return found.device() == rootDevice && MetadataCheck.isRenamed(missing, found);
  }

  /** Walks without {@link Files#walkFileTree}, which would wait for a FIFO. */
  private static final class Walk {
    private final AssetRoot root;
    private final boolean deep;
    private final long mostEntries;
    private long entries;
    private final BiConsumer<String, FileFacts> found;
    private final Deque<OpenDirectory> open = new ArrayDeque<>();

    Walk(AssetRoot root, boolean deep, long mostEntries, BiConsumer<String, FileFacts> found) {
      this.root = root;
      this.deep = deep;
      this.mostEntries = mostEntries;
      this.found = found;
    }

    /** Returns whether it looked at all entries. */
    boolean run(Path start) {
      try {
        enter(start);
        while (!open.isEmpty()) {
          Path entry = next(open.peek());
          if (entry == null) {
            close(open.remove());
          } else if (entries++ < mostEntries) {
            look(entry);
          } else {
            return false;
          }
        }
        return true;
      } finally {
        open.forEach(Walk::close);
      }
    }

    private void enter(Path directory) {
      try {
        OpenDirectory opened = UnixFiles.openDirectory(directory);
        if (opened.realPath().equals(directory)) {
          open.push(opened);
        } else {
          // It was moved, or a link took the place of a directory that leads here.
          close(opened);
        }
      } catch (IOException e) {
        SystemErrors.requireOfFile(e);
      }
    }

    private static @Nullable Path next(OpenDirectory directory) {
      try {
        return directory.hasNext() ? directory.next() : null;
      } catch (DirectoryIteratorException e) {
        // The rest of the directory can't be read.
        return null;
      }
    }

    private void look(Path entry) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("Interrupted at '" + entry + "' while looking for renames");
      }
      try {
        FileFacts facts = UnixFiles.facts(entry, LinkOption.NOFOLLOW_LINKS);
        if (facts.isRegularFile()
            && Path.of(entry.toString()).equals(entry)
            && !UnixFiles.isRemovedOnNfs(entry.getFileName().toString())) {
          found.accept(root.realPath().relativize(entry).toString(), facts);
        } else if (facts.isDirectory()
            && deep
            && !entry.equals(root.realPath().resolve(".asset"))) {
          enter(entry);
        }
      } catch (IOException | InvalidPathException e) {
        // It vanished, or Java can't represent its name.
        return;
      }
    }

    private static void close(OpenDirectory directory) {
      try {
        directory.close();
      } catch (IOException e) {
        // All that was wanted of it has been read.
        return;
      }
    }
  }
}
