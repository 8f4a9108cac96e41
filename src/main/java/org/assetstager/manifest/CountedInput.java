package org.assetstager.manifest;

import java.io.InputStream;
import org.apache.commons.io.input.ProxyInputStream;
import org.assetstager.spark.TaskProgress;

/** Counts a manifest's bytes as they are read; nothing skips any. */
final class CountedInput extends ProxyInputStream {
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
  protected void afterRead(int bytes) {
    long own = Math.min(bytes, left);
    if (own > 0) {
      left -= own;
      progress.countBytes(own);
    }
  }
}
