package org.assetstager.verify;

import java.io.Serializable;
import org.assetstager.run.TaskFiles;

/** Writes the final rows of the search for renamed files, in tasks. */
public interface LastRows extends Serializable {
  /**
   * Writes a row of {@link Verdict#RENAMED} or {@link Verdict#DELETED}.
   *
   * @param files of the task
   */
  void add(VerifiedRow row, TaskFiles files);
}
