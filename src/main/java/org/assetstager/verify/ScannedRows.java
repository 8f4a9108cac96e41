package org.assetstager.verify;

import java.io.Serializable;
import java.util.Iterator;
import org.assetstager.run.StepFile;

/** Reads the rows of the scan's files, of any kind, in tasks. */
public interface ScannedRows extends Serializable {
  /** Returns the rows of a file; called inside a task, which closes it when it ends. */
  Iterator<ScannedRow> read(StepFile file);
}
