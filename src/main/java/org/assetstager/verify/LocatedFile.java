package org.assetstager.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that was found below a root, all symbolic links followed. Nothing has been opened.
 *
 * @param relativePath as given, relative to the root
 * @param path {@code relativePath} below the root's real path
 * @param realPath without symbolic links, below the root's real path
 * @param facts by {@code stat(2)}
 */
record LocatedFile(AssetRoot root, String relativePath, Path path, Path realPath, FileFacts facts) {
  // More links than Linux follows on one path, path_resolution(7).
  private static final int MOST_LINKS = 40;

  private static final String THERE_AGAIN =
      "Nothing was at the path when it was opened; a moment later there was again";

  /**
   * Finds a file without opening anything.
   *
   * @param relativePath relative to the root
   * @throws FileRefusedException if it isn't a regular file inside the root, or can't be reached
   */
  static LocatedFile find(AssetRoot root, String relativePath) throws FileRefusedException {
    Path path;
    try {
      path = root.realPath().resolve(relativePath);
    } catch (InvalidPathException e) {
      throw refusal(Verdict.UNREADABLE, "Java can't represent the file name: " + e.getReason(), e);
    }
    try {
      Path realPath = path.toRealPath();
      requireInside(root, realPath);
      FileFacts facts = UnixFiles.facts(realPath, LinkOption.NOFOLLOW_LINKS);
      requireRegularFile(facts);
      return new LocatedFile(root, relativePath, path, realPath, facts);
    } catch (FileRefusedException e) {
      throw e;
    } catch (IOException e) {
      throw explain(root, path, e);
    }
  }

  /**
   * Takes what a path names for the file itself, without a look at whether symbolic links lead
   * there: only the opened file can tell then where it is.
   *
   * @return null where it can't be one, or it isn't certain
   */
  static @Nullable LocatedFile assume(AssetRoot root, String relativePath) throws IOException {
    Path path;
    try {
      path = root.realPath().resolve(relativePath);
    } catch (InvalidPathException e) {
      return null;
    }
    if (!path.startsWith(root.realPath())) {
      return null;
    }
    FileFacts facts = UnixFiles.facts(path, LinkOption.NOFOLLOW_LINKS);
    return facts.isRegularFile() ? new LocatedFile(root, relativePath, path, path, facts) : null;
  }

  static void requireInside(AssetRoot root, Path realPath) throws FileRefusedException {
    if (!realPath.startsWith(root.realPath())) {
      throw outside(root, realPath, null);
    }
  }

  static void requireRegularFile(FileFacts facts) throws FileRefusedException {
    if (!facts.isRegularFile()) {
      throw refusal(Verdict.DELETED, "No regular file is at the path, it is " + facts.kind(), null);
    }
  }

  /**
   * Finds out what an error means, by walking the path as the system does, but looking only at
   * directory entries: a dangling link's target may be outside the root.
   *
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if it is the root that is lost, or if
   *     no more files can be opened
   */
  static FileRefusedException explain(AssetRoot root, Path path, IOException error) {
    SystemErrors.requireOfFile(error);
    root.requireAlive();
    Path at = path.getRoot();
    Deque<Path> ahead = new ArrayDeque<>();
    path.forEach(ahead::addLast);
    int links = 0;
    while (!ahead.isEmpty()) {
      Path next = at.resolve(ahead.removeFirst()).normalize();
      try {
        FileFacts facts = UnixFiles.facts(next, LinkOption.NOFOLLOW_LINKS);
        if (facts.isSymbolicLink()) {
          if (++links > MOST_LINKS) {
            return refused(root, next, Verdict.UNREADABLE, "Its symbolic links form a loop", error);
          }
          Path target = Files.readSymbolicLink(next);
          at = target.isAbsolute() ? target.getRoot() : at;
          prepend(target, ahead);
        } else if (facts.isDirectory() || ahead.isEmpty()) {
          at = next;
        } else {
          return refused(root, rest(next, ahead), Verdict.DELETED, isNoDirectory(next), error);
        }
      } catch (NoSuchFileException e) {
        return refused(root, rest(next, ahead), Verdict.DELETED, nothingAt(path, next), e);
      } catch (IOException e) {
        return refused(root, next, Verdict.UNREADABLE, SystemErrors.describe(e), e);
      }
    }
    return error instanceof NoSuchFileException
        ? refused(root, at, Verdict.DELETED, THERE_AGAIN, error)
        : refused(root, at, Verdict.UNREADABLE, SystemErrors.describe(error), error);
  }

  private static void prepend(Path target, Deque<Path> ahead) {
    for (int i = target.getNameCount() - 1; i >= 0; i--) {
      ahead.addFirst(target.getName(i));
    }
  }

  private static Path rest(Path at, Deque<Path> ahead) {
    return ahead.isEmpty() ? at : at.resolve(joined(List.copyOf(ahead))).normalize();
  }

  /** In halves: one after the other, half a million names of a hostile path take minutes. */
  private static Path joined(List<Path> names) {
    int half = names.size() / 2;
    return half == 0
        ? names.get(0)
        : joined(names.subList(0, half)).resolve(joined(names.subList(half, names.size())));
  }

  private static String nothingAt(Path path, Path missing) {
    return path.startsWith(missing)
        ? "Nothing is at the path"
        : "The path is a symbolic link to '" + missing + "', where nothing is";
  }

  private static String isNoDirectory(Path path) {
    return "Nothing is at the path: '" + path + "' is not a directory";
  }

  private static FileRefusedException refused(
      AssetRoot root, Path reached, Verdict verdict, String message, IOException cause) {
    if (verdict == Verdict.DELETED) {
      root.requireMounted(reached);
    }
    return reached.startsWith(root.realPath())
        ? refusal(verdict, message, cause)
        : outside(root, reached, cause);
  }

  private static FileRefusedException outside(
      AssetRoot root, Path reached, @Nullable IOException cause) {
    return refusal(
        Verdict.OUTSIDE_ROOT,
        "The path leads to '" + reached + "', outside the root '" + root.realPath() + "'",
        cause);
  }

  private static FileRefusedException refusal(
      Verdict verdict, String message, @Nullable Exception cause) {
    return new FileRefusedException(verdict, message, cause);
  }
}
