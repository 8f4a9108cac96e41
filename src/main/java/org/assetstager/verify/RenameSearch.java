package org.assetstager.verify;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.assetstager.manifest.ManifestRow;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the files that missing rows may have been renamed to. Files are told one by one, in no
 * order, so memory doesn't grow with their number. Symbolic links aren't followed; the root's own
 * {@code .asset} is left out, and so is what vanishes, what may not be read and any file whose name
 * Java can't represent.
 */
public final class RenameSearch {
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
      walk(root, realPath, 1, found);
    }
  }

  /** Tells all regular files below the root, as {@link #inDirectory} does. */
  public static void belowRoot(AssetRoot root, BiConsumer<String, FileFacts> found) {
    root.requireAlive();
    walk(root, root.realPath(), Integer.MAX_VALUE, found);
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

  private static void walk(
      AssetRoot root, Path start, int depth, BiConsumer<String, FileFacts> found) {
    try {
      Files.walkFileTree(start, Set.of(), depth, new Visitor(root, found));
    } catch (IOException e) {
      throw new IllegalStateException("The visitor takes all errors", e);
    }
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final AssetRoot root;
    private final Path repository;
    private final BiConsumer<String, FileFacts> found;

    Visitor(AssetRoot root, BiConsumer<String, FileFacts> found) {
      this.root = root;
      this.repository = root.realPath().resolve(".asset");
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return directory.equals(repository) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("Interrupted at '" + file + "' while looking for renames");
      }
      if (attributes.isRegularFile() && Path.of(file.toString()).equals(file)) {
        try {
          FileFacts facts = FileFacts.ofPath(file, LinkOption.NOFOLLOW_LINKS);
          if (facts.isRegularFile()) {
            found.accept(root.realPath().relativize(file).toString(), facts);
          }
        } catch (IOException e) {
          return FileVisitResult.CONTINUE;
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException error) {
      SystemErrors.requireOfFile(error);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error) {
      return FileVisitResult.CONTINUE;
    }
  }
}
