package org.assetstager.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;

/**
 * Paths as users write them. A {@code ..} is the parent of the directory that the path has led to,
 * links followed, path_resolution(7); taken as text, {@code LINK/..} would be another directory.
 */
public final class LocalPaths {
  /** How Hadoop writes a path of the local file system, with or without an empty authority. */
  private static final Pattern FILE = Pattern.compile("file:(?://)?(/(?:[^/].*)?)", Pattern.DOTALL);

  private static final Pattern HAS_PARENT =
      Pattern.compile("(?:^|.*/)\\.\\.(?:/.*|$)", Pattern.DOTALL);

  private static final Pattern PATTERN = Pattern.compile("[*?\\[{]");

  private LocalPaths() {}

  /**
   * Returns an absolute path without {@code .} and {@code ..}. Links stay where no {@code ..}
   * follows them; what is behind the last {@code ..} need not be there.
   *
   * @param name of the option or setting, for the message
   * @throws JobFailure of kind INPUT if it is no path, or a {@code ..} follows what is there and is
   *     no directory, or a pattern
   */
  public static Path absolute(String name, String text) {
    try {
      Path given = Path.of(text).toAbsolutePath();
      Path at = given.getRoot();
      for (Path part : given) {
        if (part.toString().equals("..")) {
          requireNoPattern(name, text, at);
          at = parent(at);
        } else if (!part.toString().equals(".")) {
          at = at.resolve(part);
        }
      }
      return at;
    } catch (IOException | InvalidPathException e) {
      throw JobFailure.input(
          name + " '" + text + "' leads nowhere: " + e,
          "Check the path, and what is before '..'",
          e);
    }
  }

  /** The parents of what a pattern matches may be several. */
  private static void requireNoPattern(String name, String text, Path directory) {
    for (Path part = directory;
        part.getFileName() != null && !Files.exists(part, LinkOption.NOFOLLOW_LINKS);
        part = Objects.requireNonNullElse(part.getParent(), part)) {
      if (PATTERN.matcher(part.getFileName().toString()).find()) {
        throw JobFailure.input(
            name + " '" + text + "' has a '..' after the pattern '" + part.getFileName() + "'",
            "Write the path without '..'");
      }
    }
  }

  private static Path parent(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      // Where nothing is, no link leads elsewhere.
      return Objects.requireNonNullElse(directory.getParent(), directory);
    }
    Path real = directory.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new NotDirectoryException(directory.toString());
    }
    return Objects.requireNonNullElse(real.getParent(), real);
  }

  /**
   * Returns a path that means the same place to Hadoop. Hadoop's {@code Path} drops a {@code ..}
   * and the name before it, even if that name is a link.
   *
   * @param name of the option or setting, for the message
   * @param location a path with or without a scheme; only one of the local file system is altered
   * @param local whether a path without a scheme is one of the local file system
   * @throws JobFailure of kind INPUT if a {@code ..} follows no directory, or a pattern
   */
  public static String forHadoop(String name, String location, boolean local) {
    Matcher file = FILE.matcher(location);
    if (file.matches() && HAS_PARENT.matcher(file.group(1)).matches()) {
      return "file://" + absolute(name, file.group(1));
    }
    boolean plain = local && !location.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*");
    return plain && HAS_PARENT.matcher(location).matches()
        ? absolute(name, location).toString()
        : location;
  }
}
