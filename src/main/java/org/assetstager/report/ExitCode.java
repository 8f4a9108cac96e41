package org.assetstager.report;

/** The exit codes of the job, as the README lists them. */
public enum ExitCode {
  /** Every candidate is staged or known, and no row needs a person. */
  DONE(0),
  /** The job failed for a reason outside the manifest; run it again with {@code --resume}. */
  FAILED(1),
  /** Usage, settings or manifest are wrong; nothing was uploaded. */
  USAGE(2),
  /** Done, but rows need a person. */
  NEEDS_PERSON(3),
  /** Done, but some uploads failed. */
  UPLOADS_FAILED(4),
  /** Interrupted; can be resumed. */
  INTERRUPTED(130);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  /** Returns the process's exit code. */
  public int value() {
    return value;
  }
}
