package org.assetstager.verify;

import java.io.Serializable;
import java.util.List;
import org.assetstager.run.StepFile;

/** Writes the final rows of the search for renamed files, in tasks. */
public interface LastRows extends Serializable {
  /**
   * Begins the files of a task; unfinished files are discarded when the task ends.
   *
   * @param number of the files, which no other task of the step has
   */
  Writer begin(int number);

  /** Writes the rows of a task; not safe for many threads. */
  interface Writer {
    /** Adds a row of {@link Verdict#RENAMED} or {@link Verdict#DELETED}. */
    void add(VerifiedRow row);

    /** Ends the files, and returns what is to be committed; none where there was no row. */
    List<StepFile> finish();
  }
}
