package org.assetstager.manifest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.assetstager.spark.TaskProgress;

/** Counts a manifest's bytes as they are read. */
final class CountedInput extends FilterInputStream {
  private final TaskProgress progress;
  private long left;

  /**
   * Counts from where the stream stands.
   *
   * @param most bytes of the manifest's share; those behind it are another task's
   */
  CountedInput(InputStream in, TaskProgress progress, long most) {
    super(in);
    this.progress = progress;
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    count(read);
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long bytes) {
    long own = Math.min(bytes, left);
    if (own > 0) {
      left -= own;
      progress.countBytes(own);
    }
  }
}
