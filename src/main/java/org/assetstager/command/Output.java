package org.assetstager.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.assetstager.asset.JobFailure;
import org.assetstager.report.JsonLines;
import org.assetstager.report.Paint;
import org.jspecify.annotations.Nullable;

/**
 * A command's standard output. Unlike a {@link PrintWriter} alone it remembers why something could
 * not be written, so that a full disk doesn't pass for success.
 */
public final class Output {
  private final Remembering to;
  private final PrintWriter plain;
  private final PrintWriter visible;
  private final JsonLines events;
  private @Nullable String stands;

  /**
   * Makes one.
   *
   * @param coloured whether what people read has colours
   */
  public Output(Writer to, boolean coloured) {
    this.to = new Remembering(to);
    this.plain = new PrintWriter(this.to, true);
    this.visible = Paint.writer(this.to, coloured);
    this.events = new JsonLines(this.to);
  }

  /** Makes one without colours. */
  public Output(Writer to) {
    this(to, false);
  }

  /** Returns where people read: control characters are made visible. */
  public PrintWriter forPeople() {
    return visible;
  }

  /** Returns where the command line's own help goes, which may have colours. */
  public PrintWriter forHelp() {
    return plain;
  }

  /** Returns where programs read events, with {@code --json}. */
  public JsonLines forEvents() {
    return events;
  }

  /** Returns where programs read: text stays as it is. Throws what a {@link PrintWriter} hides. */
  Writer forPrograms() {
    return to;
  }

  /**
   * Says that the command's result is kept elsewhere, so that it succeeds whether or not somebody
   * can read what it prints.
   *
   * @param sentence what stands and where, without a full stop
   */
  void mayBeLost(String sentence) {
    stands = sentence;
  }

  /** Whether the result is kept elsewhere. */
  public boolean mayBeLost() {
    return stands != null;
  }

  /**
   * Returns what to say of output that could not be written: nothing where all of it was, or where
   * the reader has gone and doesn't want more.
   */
  public @Nullable String problem() {
    IOException failure = failure();
    if (failure == null || isClosedPipe(failure)) {
      return null;
    }
    return JobFailure.system(
            "Standard output could not be written: " + failure.getMessage(),
            stands == null ? "Make room for it, or send it elsewhere, and run again" : stands)
        .getMessage();
  }

  /** Whether something that was printed is lost, here or with a reader that has gone. */
  public boolean hasFailed() {
    return failure() != null;
  }

  private @Nullable IOException failure() {
    visible.flush();
    plain.flush();
    return to.failure;
  }

  /** EPIPE, as Linux words it. */
  private static boolean isClosedPipe(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe");
  }

  /** Passes text on until it can't; from then on it throws why, without trying again. */
  private static final class Remembering extends Writer {
    private static final int LOOK_EVERY = 1 << 16;

    private final Writer to;
    private int sinceLook;
    private @Nullable IOException failure;

    Remembering(Writer to) {
      super(to);
      this.to = to;
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
      attempt(() -> to.write(characters, offset, length), length);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      attempt(() -> to.write(text, offset, length), length);
    }

    @Override
    public void flush() throws IOException {
      attempt(to::flush, LOOK_EVERY);
    }

    /** What it writes to belongs to somebody else. */
    @Override
    public void close() throws IOException {
      flush();
    }

    private interface Attempt {
      void run() throws IOException;
    }

    private void attempt(Attempt work, int length) throws IOException {
      synchronized (lock) {
        if (failure != null) {
          throw failure;
        }
        try {
          work.run();
          look(length);
        } catch (IOException e) {
          failure = e;
          throw e;
        }
      }
    }

    /** One that hides its failures has to be asked. */
    private void look(int length) throws IOException {
      sinceLook += length;
      if (sinceLook >= LOOK_EVERY && to instanceof PrintWriter printer) {
        sinceLook = 0;
        if (printer.checkError()) {
          throw new IOException("it doesn't take any more");
        }
      }
    }
  }
}
