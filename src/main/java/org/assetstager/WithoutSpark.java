package org.assetstager;

/**
 * What {@code scripts/asset-stager} asks in a small JVM before it starts Spark in a large one: help
 * and mistakes are answered at once.
 */
public final class WithoutSpark {
  /** Exit code that tells the script to go on with Spark. */
  static final int NEEDS_SPARK = 99;

  private WithoutSpark() {}

  /** Answers and ends the JVM with the command's exit code, or with {@link #NEEDS_SPARK}. */
  public static void main(String[] arguments) {
    System.exit(answer(arguments));
  }

  private static int answer(String... arguments) {
    try {
      return Main.answer(arguments).orElse(NEEDS_SPARK);
    } catch (LinkageError e) {
      // This JVM has few classes.
      return NEEDS_SPARK;
    }
  }
}
