package org.assetstager.run;

import java.util.List;
import java.util.Map;

/**
 * The result of a run's step: exactly the rows of these files. One driver creates it once.
 *
 * @param step its name
 * @param nonce of the run that the driver works on
 * @param driver a random text, by which a driver recognises its own commits
 * @param files in the order of their kinds and numbers
 * @param notes what else the tasks counted, by its name
 */
public record StepCommit(
    String step, String nonce, String driver, List<StepFile> files, Map<String, Long> notes) {
  /** Copies the list and the map. */
  public StepCommit {
    files = List.copyOf(files);
    notes = Map.copyOf(notes);
  }

  /** Returns the files of one kind, in the order of their numbers. */
  public List<StepFile> files(String kind) {
    return files.stream().filter(file -> file.kind().equals(kind)).toList();
  }
}
