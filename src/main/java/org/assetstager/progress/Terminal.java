package org.assetstager.progress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where standard error leads. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether somebody looks at standard error. {@code System.console()} tells of standard input and
   * output, and since Java 22 not of them.
   */
  public static boolean isStandardError() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
