package org.assetstager.manifest;

/**
 * Names of files as the kernel reads them, handled as text: nothing here looks at a disk, and every
 * character but {@code /} and NUL stands for itself.
 */
final class PosixPath {
  private PosixPath() {}

  /**
   * Returns an absolute directory without {@code //}, {@code .} and a {@code /} at its end.
   *
   * @throws IllegalArgumentException if the path is relative, or has a {@code ..} or a NUL; the
   *     message goes on from the field's name
   */
  static String absolute(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "must be an absolute path, beginning with '/', not " + Text.quoted(path));
    }
    return "/" + normalised(path);
  }

  /**
   * Returns a path below a directory without {@code //}, {@code .} and a {@code /} at its end.
   *
   * @throws IllegalArgumentException if the path is absolute, names the directory itself, or has a
   *     {@code ..} or a NUL; the message goes on from the field's name
   */
  static String relative(String path) {
    if (path.startsWith("/")) {
      throw new IllegalArgumentException(
          "must be relative to the root, not the absolute path " + Text.quoted(path));
    }
    String normalised = normalised(path);
    if (normalised.isEmpty()) {
      throw new IllegalArgumentException("names no file: " + Text.quoted(path));
    }
    return normalised;
  }

  private static String normalised(String path) {
    if (path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "has a NUL, which no file name can have: " + Text.quoted(path));
    }
    StringBuilder normalised = new StringBuilder(path.length());
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        throw new IllegalArgumentException("must have no '..' in it: " + Text.quoted(path));
      }
      if (!part.isEmpty() && !part.equals(".")) {
        normalised.append(normalised.isEmpty() ? "" : "/").append(part);
      }
    }
    return normalised.toString();
  }

  /** Whether a normalised absolute path is a normalised directory or below it. */
  static boolean isWithin(String path, String directory) {
    return path.equals(directory)
        || path.startsWith(directory.equals("/") ? directory : directory + "/");
  }
}
