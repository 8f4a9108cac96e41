package org.assetstager.progress;

import java.util.Locale;

/** How the progress of a phase is shown. */
public enum ProgressMode {
  /** As a live line where standard error is a terminal, else as {@link #PLAIN}. */
  AUTO,
  /** As a line every ten seconds. */
  PLAIN,
  /** Not at all. */
  NONE;

  /** Returns it as people type it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
