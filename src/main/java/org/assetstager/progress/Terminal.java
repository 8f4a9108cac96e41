package org.assetstager.progress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/** Where standard output and standard error lead, and how wide the terminal is. */
public final class Terminal {
  /** Where nobody says how wide it is: that of terminals since 1978. */
  private static final int COLUMNS = 80;

  private static final long PATIENCE_MILLIS = 2000;
  private static final Pattern SIZE = Pattern.compile("[0-9]+ ([0-9]{1,5})\\s*");

  private static volatile boolean sizeChanged = true;
  private static volatile int columns = COLUMNS;

  private Terminal() {}

  /**
   * Whether somebody looks at standard error. {@code System.console()} tells of standard input and
   * output, and since Java 22 not of them.
   */
  public static boolean isStandardError() {
    return isTerminal(2);
  }

  /** Whether somebody looks at standard output. */
  public static boolean isStandardOutput() {
    return isTerminal(1);
  }

  /**
   * Whether standard output is shown in colours: see <a href="https://no-color.org">NO_COLOR</a>.
   */
  public static boolean isColoured() {
    String no = System.getenv("NO_COLOR");
    return (no == null || no.isEmpty())
        && !"dumb".equals(System.getenv("TERM"))
        && isStandardOutput();
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  /** Begins to take note of it when the size of the terminal changes. */
  static void watchSize() {
    SignalUtils.register("WINCH", new Resized());
  }

  /** Returns how many characters a line of the terminal has now. */
  static int columns() {
    if (sizeChanged) {
      sizeChanged = false;
      columns = askColumns();
    }
    return columns;
  }

  private static int askColumns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/proc/self/fd/2").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (stty.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        byte[] answer = stty.getInputStream().readAllBytes();
        Matcher size = SIZE.matcher(new String(answer, StandardCharsets.US_ASCII));
        if (size.matches() && Integer.parseInt(size.group(1)) > 0) {
          return Integer.parseInt(size.group(1));
        }
      } else {
        stty.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // There is no stty: the environment may tell.
    }
    String told = System.getenv("COLUMNS");
    return told != null && told.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(told) : COLUMNS;
  }

  private static final class Resized extends AbstractFunction0<Object> {
    @Override
    public Object apply() {
      sizeChanged = true;
      return true;
    }
  }
}
