package org.assetstager.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.assetstager.asset.VisibleWriter;

/** How text stands out on a terminal: by the colours of ECMA-48, SGR. */
public enum Paint {
  /** As all other text. */
  PLAIN(""),
  /** A title. */
  TITLE("\u001b[1m"),
  /** As it should be. */
  GOOD("\u001b[32m"),
  /** Somebody has to act. */
  ACT("\u001b[1;33m"),
  /** Something failed. */
  BAD("\u001b[1;31m"),
  /** Less important. */
  FAINT("\u001b[2m");

  private static final String RESET = "\u001b[0m";

  private final String begin;

  Paint(String begin) {
    this.begin = begin;
  }

  /** Prints text, painted where the writer is one of {@link #writer} with colours. */
  public void print(PrintWriter out, String text) {
    if (this != PLAIN && !text.isEmpty() && out instanceof Painted painted && painted.colours) {
      painted.raw(begin);
      painted.print(text);
      painted.raw(RESET);
    } else {
      out.print(text);
    }
  }

  /**
   * Returns a writer for what people read: control characters of all that is printed are made
   * visible, which leaves no other way to colours than {@link #print}.
   */
  public static PrintWriter writer(Writer to, boolean colours) {
    return new Painted(to, colours);
  }

  private static final class Painted extends PrintWriter {
    private final Writer to;
    private final boolean colours;

    Painted(Writer to, boolean colours) {
      super(new VisibleWriter(to), true);
      this.to = to;
      this.colours = colours;
    }

    private void raw(String code) {
      flush();
      try {
        to.write(code);
      } catch (IOException e) {
        setError();
      }
    }
  }
}
