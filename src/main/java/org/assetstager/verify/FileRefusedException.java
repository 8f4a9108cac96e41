package org.assetstager.verify;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file that may not, or can't, be read. */
public final class FileRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final Verdict verdict;

  FileRefusedException(Verdict verdict, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.verdict = verdict;
  }

  /**
   * Returns {@link Verdict#OUTSIDE_ROOT}, {@link Verdict#UNREADABLE} or {@link Verdict#DELETED}.
   */
  public Verdict verdict() {
    return verdict;
  }
}
