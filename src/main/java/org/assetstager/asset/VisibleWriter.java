package org.assetstager.asset;

import java.io.IOException;
import java.io.Writer;

/**
 * Makes the control characters of text visible, except line breaks and tabs. For everything that
 * people read on a terminal.
 */
public final class VisibleWriter extends Writer {
  private final Writer to;

  /**
   * Makes a writer.
   *
   * @param to closed and flushed with it
   */
  public VisibleWriter(Writer to) {
    super(to);
    this.to = to;
  }

  @Override
  public void write(char[] characters, int offset, int length) throws IOException {
    to.write(VisibleText.lines(new String(characters, offset, length)));
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    to.write(VisibleText.lines(text.substring(offset, offset + length)));
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
