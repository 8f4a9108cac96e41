package org.assetstager.spark;

import java.util.Collection;

/** Paths for Spark's readers, which take a path with {@code []{}*?} in it for a pattern. */
public final class LiteralPaths {
  private LiteralPaths() {}

  /** Returns a path as the pattern that names nothing but it. */
  public static String of(String path) {
    return path.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }

  /** Returns paths as such patterns. */
  public static String[] of(Collection<String> paths) {
    return paths.stream().map(LiteralPaths::of).toArray(String[]::new);
  }
}
