package org.assetstager.progress;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A terminal whose last line is redrawn while lines are printed above it. All that goes to the
 * terminal passes through streams of this class, so that one lock orders it: what is printed, what
 * is logged and what is drawn. Safe for many threads.
 *
 * <p>The cursor stays at the beginning of the live line: a terminal that becomes narrower breaks
 * the line into several, and erasing from the cursor to the end of the screen removes all of them.
 */
public final class Screen {
  /** ECMA-48, ED: erases from the cursor to the end of the screen. */
  private static final String ERASE = "\r\u001b[J";

  /** DEC private mode 7: what is too long for the terminal is cut off instead of wrapped. */
  private static final String CUT_OFF = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private static volatile @Nullable Screen installed;

  private final OutputStream terminal;
  private String live = "";
  private boolean inLine;
  private boolean closed;

  /** Draws on a terminal. */
  Screen(OutputStream terminal) {
    this.terminal = terminal;
  }

  /**
   * Takes over standard error, with what is logged there, if it is a terminal; until the JVM shuts
   * down.
   *
   * @param out standard output
   * @param terminal standard error
   * @return what to print to standard output by
   */
  public static OutputStream install(OutputStream out, OutputStream terminal) {
    if (!Terminal.isStandardError()) {
      return out;
    }
    Screen screen = new Screen(terminal);
    PrintStream err = new PrintStream(screen.above(terminal), true, StandardCharsets.UTF_8);
    System.setErr(err);
    ConsoleLogs.moveTo(err);
    // A hook of its own, which nothing else delays: nothing is drawn after Ctrl-C.
    Runtime.getRuntime().addShutdownHook(new Thread(screen::close, "screen"));
    Terminal.watchSize();
    installed = screen;
    return Terminal.isStandardOutput() ? screen.above(out) : out;
  }

  /** Returns the terminal that is taken over, or null. */
  public static @Nullable Screen installed() {
    return installed;
  }

  /** Returns a stream to something that is shown on the terminal, above the live line. */
  OutputStream above(OutputStream target) {
    return new Above(target);
  }

  /** Draws the live line anew; an empty text removes it. */
  synchronized void draw(String text) {
    if (closed) {
      return;
    }
    boolean erase = !live.isEmpty();
    live = text;
    if (!inLine && (erase || !text.isEmpty())) {
      send((erase ? ERASE : "") + drawn());
    }
  }

  /** Whether nothing is drawn any more. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Removes the live line; nothing is drawn from now on. What is printed still is. */
  synchronized void close() {
    draw("");
    closed = true;
  }

  private String drawn() {
    return live.isEmpty() ? "" : CUT_OFF + live + WRAP + "\r";
  }

  /** What can't be drawn isn't: it is for the eyes only. */
  private void send(String text) {
    try {
      terminal.write(text.getBytes(StandardCharsets.UTF_8));
      terminal.flush();
    } catch (IOException e) {
      closed = true;
    }
  }

  /** Removes the live line, prints, and draws it again when the printed line has ended. */
  private synchronized void print(OutputStream target, byte[] bytes, int offset, int length)
      throws IOException {
    if (length == 0) {
      return;
    }
    if (!live.isEmpty() && !inLine) {
      send(ERASE);
    }
    target.write(bytes, offset, length);
    inLine = bytes[offset + length - 1] != '\n';
    if (!inLine && !live.isEmpty()) {
      target.flush();
      send(drawn());
    }
  }

  private final class Above extends OutputStream {
    private final OutputStream target;

    Above(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int octet) throws IOException {
      print(target, new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      print(target, bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      target.flush();
    }
  }
}
