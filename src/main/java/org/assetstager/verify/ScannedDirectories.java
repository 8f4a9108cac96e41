package org.assetstager.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.jspecify.annotations.Nullable;

/**
 * Finds files without opening any. It looks each directory up once, and then needs one system call
 * for each file in it that is no link. The steps that read a file look again. Safe for many
 * threads.
 */
public final class ScannedDirectories {
  /** Rows of one directory mostly follow one another. */
  private static final int MOST_KNOWN = 10_000;

  /** PATH_MAX, limits.h(0p) on Linux. */
  private static final int LONGEST_PATH = 4096;

  private final Map<Directory, Path> realPaths = new ConcurrentHashMap<>();

  /**
   * A directory of a root.
   *
   * @param root its real path
   * @param name relative to the root, empty for the root itself
   */
  private record Directory(Path root, String name) {}

  /**
   * Finds a file.
   *
   * @param relativePath relative to the root
   * @throws FileRefusedException if it isn't a regular file inside the root, or can't be reached
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   */
  public ScannedFile find(AssetRoot root, String relativePath) throws FileRefusedException {
    ScannedFile ordinary = ordinary(root, relativePath);
    if (ordinary != null) {
      return ordinary;
    }
    LocatedFile located = LocatedFile.find(root, relativePath);
    return new ScannedFile(located.realPath(), located.facts());
  }

  /** Returns a regular file in a directory inside the root; null where it isn't certain. */
  private @Nullable ScannedFile ordinary(AssetRoot root, String relativePath) {
    int slash = relativePath.lastIndexOf('/');
    try {
      String directory = slash < 0 ? "" : relativePath.substring(0, slash);
      Path realPath = realPath(root, directory).resolve(relativePath.substring(slash + 1));
      FileFacts facts = UnixFiles.facts(realPath, LinkOption.NOFOLLOW_LINKS);
      return facts.isRegularFile() && realPath.startsWith(root.realPath())
          ? new ScannedFile(realPath, facts)
          : null;
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** One system call where the directory is no link: where the one above it leads is known. */
  private Path realPath(AssetRoot root, String name) throws IOException {
    if (name.isEmpty()) {
      return root.realPath();
    }
    Directory directory = new Directory(root.realPath(), name);
    Path known = realPaths.get(directory);
    if (known == null) {
      known = lookUp(root, name);
      if (realPaths.size() >= MOST_KNOWN) {
        realPaths.clear();
      }
      realPaths.put(directory, known);
    }
    return known;
  }

  private Path lookUp(AssetRoot root, String name) throws IOException {
    int slash = name.lastIndexOf('/');
    String last = name.substring(slash + 1);
    // The system refuses a longer one; of its parts there may be many. And ".." leads elsewhere.
    if (name.length() <= LONGEST_PATH
        && !last.isEmpty()
        && !last.equals(".")
        && !last.equals("..")) {
      Path above = realPath(root, slash < 0 ? "" : name.substring(0, slash));
      Path path = above.resolve(last);
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return path;
      }
    }
    // The system counts the links of a whole path, and follows so many only.
    return root.realPath().resolve(name).toRealPath();
  }
}
