package org.assetstager.report;

/** How the program was called. */
public final class Program {
  /** Set by {@code scripts/asset-stager}. */
  private static final String VARIABLE = "ASSET_STAGER_PROGRAM";

  private Program() {}

  /** Returns what people type to call it, for examples and hints. */
  public static String name() {
    String called = System.getenv(VARIABLE);
    return called == null || called.isBlank() ? "asset-stager" : called;
  }

  /** Returns the same as a word of a command that can be pasted. */
  public static String word() {
    return ShellWord.of(name());
  }
}
